"""The same plan with the ledger in PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from eval.offers.violations import violations
from store.errors import WinbackError
from store.ledger import Draft
from tests.store.ledger.conftest import postgres  # noqa: F401 - a fixture
from tests.tools.offers.funnel.crowds import text_with
from tests.tools.offers.planning.shops import ACTOR, NOW, Writer, shop_of
from tools.offers.funnel import decide, sweep, why
from tools.offers.planning import PlanRequest, plan


def test_plans_at_once_keep_budgets_and_caps_there_too(tmp_path: Path, postgres: Callable[[], str]) -> None:  # noqa: F811
    text = text_with({"monthly_budget: 20000": "monthly_budget: 150"})
    with shop_of(tmp_path, text=text, url=postgres()) as shop:

        def one(segment: str) -> str:
            try:
                return plan(shop, PlanRequest(segment=segment), ACTOR, NOW, Writer()).name
            except WinbackError as problem:
                return str(problem)

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(one, ["lapsed", "everyone", "loyal"]))
        decided = decide(shop, "c000005", ACTOR, NOW, nothing=False)
        found = violations(shop.ledger)
        assert not found.broken
        assert found.treated
        assert found.decisions >= 61
        with shop.ledger.session() as session:
            draft = session.exec(select(Draft)).first()
        assert draft is not None
        assert why(shop.ledger, draft_id=draft.id)
        assert why(shop.ledger, decision_id=decided.decision_id)
        sweep(shop.ledger, NOW + timedelta(days=20))
        assert not violations(shop.ledger).broken
