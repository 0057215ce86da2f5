"""Are the planted causes named? What went wrong for those who left over it, against the reasons that are told.

python -m eval.churn.causes HOME... [--json]

Affected: customers whom an incident of the window made leave (truth/incidents.made_leave), who left within 60 days
before its end or leave within the horizon after it, and whose stored churn probability is above one half. What can be
seen of an incident: a negative review of that order (a third write one), its refund (8 to 60 %, by kind), and browsing
that fades before somebody leaves. An incident that left neither review nor refund cannot be named by anybody who only
has the shop's data; its shares are given apart.

- cause: the complaint or the refund is among the reasons for leaving that are stored (at most four).
- aspect: the reason names the incident's own aspect.
- cause or visits: a reason tells of the complaint, the refund, or that visits fell or ceased.
- placebo: the same among customers at risk who left, or leave, for no particular reason.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from eval.churn.scored import scored
from eval.churn.truth import window_end
from store.warehouse import Warehouse
from tools.churn.explain import telling
from tools.churn.explain.statements import complained_about

NEAR = 60
AT_RISK = 0.5


@dataclass(frozen=True)
class Churner:
    """Who left near the end, over what (`kind`, None: nothing), and what can be seen of it."""

    customer: str
    kind: str | None
    aspect: str | None
    complained: bool
    refunded: bool
    reasons: dict[str, dict[str, Any]]

    @property
    def seen(self) -> bool:
        return self.complained or self.refunded

    @property
    def cause(self) -> bool:
        told = (self.complained and "complaints" in self.reasons, self.refunded and "refunds" in self.reasons)
        return any(told)

    @property
    def named(self) -> bool:
        """By what is told, whether or not it is this incident's trace."""
        return bool({"complaints", "refunds"} & self.reasons.keys())

    @property
    def right_aspect(self) -> bool:
        return self.complained and self.aspect in complained_about(self.reasons.get("complaints", {}))

    @property
    def traced(self) -> bool:
        return self.cause or "browsing" in self.reasons


def run(homes: Sequence[Path]) -> dict[str, Any]:
    """The shares over all these demo shops."""
    found = [scored(home) for home in homes]
    churners = [one for home, scores in zip(homes, found, strict=True) for one in affected(home, scores)]
    wronged = [one for one in churners if one.kind]
    return {
        "suite": "churn.causes",
        "model_versions": [scores["model_version"][0] for scores in found],
        "horizon_days": [scores["horizon_days"][0] for scores in found],
        "affected": _shares(wronged),
        "with a review or refund": _shares([one for one in wronged if one.seen]),
        "with a review": _shares([one for one in wronged if one.complained]),
        "with a refund": _shares([one for one in wronged if one.refunded]),
        "without either": _shares([one for one in wronged if not one.seen]),
        "placebo": _shares([one for one in churners if not one.kind]),
        "by kind": {
            kind: _shares([one for one in wronged if one.kind == kind and one.seen])
            for kind in sorted({one.kind for one in wronged if one.kind})
        },
    }


def affected(home: Path, found: dict[str, list[Any]]) -> list[Churner]:
    """Everybody at risk who left or leaves near the end, whether or not over an incident."""
    score = dict(zip(found["customer_id"], zip(found["churn_probability"], found["reasons"], strict=True), strict=True))
    rows = _leavers(home, int(found["horizon_days"][0]))
    return [
        Churner(customer, kind, aspect, bool(complained), bool(refunded), _reasons(score[customer][1]))
        for customer, kind, aspect, complained, refunded in rows
        if customer in score and score[customer][0] > AT_RISK
    ]


def _reasons(stored: str) -> dict[str, dict[str, Any]]:
    """The reasons for leaving whose statements speak for it, with their numbers."""
    return {one["reason"]: one["numbers"] for one in telling(json.loads(stored), "leaving", neutral=False)}


def _leavers(home: Path, horizon: int) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(Warehouse.open(home).facts_file), read_only=True, config={"threads": "1"}) as connection:
        parameters = {"end": window_end(home), "near": NEAR, "horizon": horizon}
        return connection.execute(_LEAVERS.format(truth=str(home / "truth").replace("'", "''")), parameters).fetchall()


def _shares(churners: list[Churner]) -> dict[str, Any]:
    size = len(churners)

    def share(which: str) -> float:
        return round(sum(bool(getattr(one, which)) for one in churners) / size, 3) if size else 0.0

    shares = {
        "cause": "cause",
        "aspect": "right_aspect",
        "cause or visits": "traced",
        "any complaint or refund": "named",
    }
    return {"customers": size} | {name: share(which) for name, which in shares.items()}


_LEAVERS = """
    WITH over AS (
        SELECT customer_id, kind, aspect, complained, o.status = 'refunded' AS refunded
        FROM '{truth}/incidents.parquet' AS i JOIN orders AS o USING (order_id, customer_id)
        WHERE made_leave AND happened_at < $end)
    SELECT customer_id, kind, aspect, complained, refunded
    FROM '{truth}/customers.parquet' LEFT JOIN over USING (customer_id)
    WHERE left_at >= $end - to_days($near::INT) AND left_at < $end + to_days($horizon::INT)
        AND ((left_over = 'nothing') = (kind IS NULL))
    ORDER BY customer_id
"""


def table(figures: dict[str, Any]) -> str:
    columns = ["customers", "cause", "aspect", "cause or visits", "any complaint or refund"]
    lines = [", ".join(figures["model_versions"]), f"{'':26}" + "".join(f"{column:>25}" for column in columns)]
    groups = {name: row for name, row in figures.items() if isinstance(row, dict) and "customers" in row}
    groups |= {f"  {kind}, seen": row for kind, row in figures["by kind"].items()}
    for name, row in groups.items():
        cells = [row[column] for column in columns]
        lines.append(f"{name:26}" + "".join(f"{c:>25}" if isinstance(c, int) else f"{c:>25.1%}" for c in cells))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("homes", metavar="HOME", type=Path, nargs="+")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    figures = run(args.homes)
    print(json.dumps(figures, indent=2) if args.json else table(figures))


if __name__ == "__main__":
    main()
