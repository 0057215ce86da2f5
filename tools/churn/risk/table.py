"""The ranking, and one customer's risk, as tables for people."""

from typing import Any

from tools.behaviour.profile_facts import Row
from tools.behaviour.wording import plain
from tools.churn.risk.scores import Purchases, Ranking
from tools.churn.risk.text import Telling
from tools.result import Artifact

COLUMNS = ["customer_id", "value_at_risk", "churn_probability", "expected_spend", "last_order", "orders", "reasons"]
DEFINITION = (
    "Churn: no completed order within the horizon. Value at risk: the probability of that times what the customer "
    "would spend within the horizon if they bought again. Reasons: the model's SHAP contributions, strongest first."
)


def of_ranking(ranking: Ranking, telling: Telling) -> Artifact:
    rows = [_cells(row, telling) for row in ranking.rows]
    return Artifact(title="Churn risk", columns=COLUMNS, rows=rows, sql=ranking.sql, definition=DEFINITION)


def of_customer(row: Row, bought: Purchases, telling: Telling) -> Artifact:
    cells = _cells({**row, "last_order": bought.last_order, "orders": bought.orders}, telling)
    title = f"Churn risk of customer {row['customer_id']}"
    return Artifact(title=title, columns=COLUMNS, rows=[cells], definition=DEFINITION)


def _cells(row: Row, telling: Telling) -> list[Any]:
    last = row["last_order"]
    return [
        row["customer_id"],
        plain(row["value_at_risk"], "money"),
        plain(row["churn_probability"], "share"),
        plain(row["expected_spend"], "money"),
        str(last)[:10] if last else None,
        row["orders"],
        "; ".join(telling.reasons(row)),
    ]
