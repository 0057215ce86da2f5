"""A campaign from a request to pending drafts, and everything that can be wrong with the request."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from eval.offers.violations import violations
from store.errors import WinbackError
from store.ledger import Budget, Campaign, Decision, Draft, Message, Reservation
from store.settings import Settings
from store.shop import Shop
from tests.tools.offers.funnel.crowds import OPEN, text_with
from tests.tools.offers.planning.shops import ACTOR, IDS, NOW, Writer, shop_of
from tools.offers.funnel import sweep
from tools.offers.planning import PlanRequest, plan


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with shop_of(tmp_path) as opened:
        yield opened


def _plan(shop: Shop, later: timedelta = timedelta(), write: Writer | None = None, **asked: Any) -> Any:
    request = PlanRequest(**{"segment": "everyone", **asked})
    return plan(shop, request, ACTOR, NOW + later, write or Writer())


def _all(shop: Shop, model: Any) -> list[Any]:
    with shop.ledger.session() as session:
        return list(session.exec(select(model)))


def test_everything_of_a_plan_is_kept_pending(shop: Shop) -> None:
    writer = Writer()
    report = _plan(shop, write=writer, budget=Decimal(300), tone="formal")
    campaign, decisions, drafts = (_all(shop, model) for model in (Campaign, Decision, Draft))
    assert (campaign[0].state, campaign[0].budget_cents, campaign[0].tone) == ("pending", 30_000, "formal")
    assert len(decisions) == report.asked == sum(report.arms.values()) == 60
    assert Counter(one.arm for one in decisions) == {arm: n for arm, n in report.arms.items() if n}
    assert len(drafts) == report.arms["treated"] == sum(report.offers.values()) > 5
    assert {one.state for one in drafts} == {"pending"}
    assert report.reserved == sum(Decimal(one.reserved_cents) for one in decisions) / 100 <= 300
    assert {one.scope: one.reserved_cents for one in _all(shop, Budget)} == {
        "campaign:1": report.reserved * 100,
        "month:2026-11": report.reserved * 100,
    }
    assert len(writer.briefs) == len(_all(shop, Message)) == len({(one.offer, one.language) for one in drafts})
    assert {brief.tone for brief in writer.briefs} == {"formal"}
    assert not violations(shop.ledger).broken


def test_codes_are_unique_and_not_to_be_guessed(shop: Shop) -> None:
    _plan(shop, offers=["ten_percent_off"])
    codes = [one.code for one in _all(shop, Draft)]
    assert len(codes) == len(set(codes)) > 20
    assert all(code.startswith("TEN-") and len(code) == 14 for code in codes)
    drafts = _all(shop, Draft)
    assert {one.valid_until for one in drafts} == {NOW + timedelta(days=30)}
    assert {one.expires_at for one in drafts} == {NOW + timedelta(days=14)}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"segment": "gnomes"}, "There is no segment 'gnomes'"),
        ({"filters": {"country": "Narnia"}}, "Narnia"),
        (
            {"filters": {"country": "Germany"}, "segment": "champions"},
            "No customer is in segment champions and country",
        ),
        ({"budget": Decimal(0)}, "A budget of £0.00 buys no offer"),
        ({"budget": Decimal(-5)}, "buys no offer"),
        (
            {"budget": Decimal("0.50"), "offers": ["free_delivery"]},
            "has £0.50 left, but the cheapest offer that is possible could cost £3.96",
        ),
        ({"limit": 0}, "limit of one customer or more"),
        ({"channel": "pigeon"}, "pigeon"),
        ({"language": "Klingonish"}, "Klingonish"),
        ({"offers": ["a free car"]}, "There is no offer 'a free car'"),
        ({"mode": "guess"}, "There is no mode guess"),
        ({"name": "x" * 81}, "at most 80 characters"),
        ({"variants": {"A": {}}}, "two variants or more"),
        ({"variants": {"A": {"colour": "red"}, "B": {}}}, "not in colour"),
        ({"channel": "call", "offers": ["ten_percent_off"]}, "None of the 60 customers"),
    ],
)
def test_what_cannot_be_planned_is_one_sentence_and_leaves_nothing(shop: Shop, asked: Any, sentence: str) -> None:
    with pytest.raises(WinbackError) as refused:
        _plan(shop, **asked)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not any(_all(shop, model) for model in (Campaign, Decision, Draft, Reservation, Message))


def test_nobody_agreed(tmp_path: Path) -> None:
    with shop_of(tmp_path, agreed=[]) as shop, pytest.raises(WinbackError, match="given consent"):
        _plan(shop)


def test_a_clock_that_goes_back_is_refused(shop: Shop) -> None:
    _plan(shop)
    with pytest.raises(WinbackError, match="set it right"):
        _plan(shop, later=-timedelta(minutes=6))
    assert _plan(shop, later=-timedelta(minutes=4)).ruled_out["cap_day_all"]


def test_names_are_given_once_and_made_up_where_none_is(shop: Shop) -> None:
    assert _plan(shop, name="  Spring   sale ", limit=20, segment="lapsed").name == "Spring sale"
    with pytest.raises(WinbackError, match="a campaign named Spring sale already"):
        _plan(shop, name="Spring sale")
    day = timedelta(days=1)
    names = [_plan(shop, later=day * nth, segment="lapsed", budget=Decimal(9)).name for nth in range(2)]
    assert names == [f"lapsed {NOW.date() + day * nth}" for nth in range(2)]


def test_a_second_plan_on_one_day_gets_another_name(shop: Shop) -> None:
    _plan(shop, segment="lapsed", budget=Decimal(9))
    assert _plan(shop, segment="loyal", budget=Decimal(9)).name == f"loyal {NOW.date()}"
    assert _plan(shop, segment="lapsed", budget=Decimal(9)).name == f"lapsed {NOW.date()} (2)"


def test_the_month_bounds_all_campaigns_together(tmp_path: Path) -> None:
    text = text_with(OPEN, {"monthly_budget: 20000": "monthly_budget: 60"})
    with shop_of(tmp_path, text=text) as shop:
        first = _plan(shop, segment="lapsed", offers=["free_delivery"])
        assert 50 < first.reserved <= 60
        assert first.ruled_out["budget_month"]
        with pytest.raises(WinbackError, match="This month's budget has"):
            _plan(shop, offers=["ten_percent_off"], later=timedelta(days=1))
        december = _plan(shop, offers=["ten_percent_off"], later=timedelta(days=30))
        assert december.arms["treated"]


def test_variants_split_customers_in_two_and_differ_in_what_was_asked(tmp_path: Path) -> None:
    with shop_of(tmp_path, text=text_with(OPEN)) as shop:
        writer = Writer()
        sides = {"A": {"tone": "warm", "offer": "free delivery"}, "B": {"tone": "formal", "offer": "ten_percent_off"}}
        report = _plan(shop, write=writer, variants=sides)
        decisions = _all(shop, Decision)
        assert {one.variant for one in decisions} == {"A", "B"}
        offers = {(one.variant, one.offer) for one in decisions if one.arm == "treated"}
        assert offers == {("A", "free_delivery"), ("B", "ten_percent_off")}
        assert {(one.variant, one.tone) for one in writer.briefs} == {("A", "warm"), ("B", "formal")}
        assert min(report.variants.values()) > 15
        assert _all(shop, Campaign)[0].variants["B"] == {"tone": "formal", "offer": "ten_percent_off"}


def test_the_holdout_is_cut_at_the_same_rank_and_never_gets_anything(shop: Shop) -> None:
    report = _plan(shop)
    assert report.arms["holdout"] > 0
    assert not violations(shop.ledger).found["holdout_contacted"]


def test_drafts_that_nobody_decides_on_expire_and_give_everything_back(shop: Shop) -> None:
    _plan(shop, budget=Decimal(300))
    sweep(shop.ledger, NOW + timedelta(days=13))
    assert {one.state for one in _all(shop, Draft)} == {"pending"}
    sweep(shop.ledger, NOW + timedelta(days=15))
    assert {one.state for one in _all(shop, Draft)} == {"expired"}
    assert {one.state for one in _all(shop, Campaign)} == {"expired"}
    assert {(one.reserved_cents, one.spent_cents) for one in _all(shop, Budget)} == {(0, 0)}
    assert {one.state for one in _all(shop, Reservation)} == {"released"}
    assert not violations(shop.ledger).broken


@pytest.mark.parametrize(
    ("state", "days", "after", "spent"),
    [("approved", 31, "withdrawn", 0), ("exported", 31, "exported", 1), ("exported", 29, "exported", None)],
)
def test_offers_lapse(shop: Shop, state: str, days: int, after: str, spent: int | None) -> None:
    _plan(shop, offers=["ten_percent_off"], channel="email")
    with shop.ledger.session() as session:
        for draft in session.exec(select(Draft)):
            draft.state = state
            session.add(draft)
    sweep(shop.ledger, NOW + timedelta(days=days))
    drafts, budget = _all(shop, Draft), _all(shop, Budget)[0]
    assert {one.state for one in drafts} == {after}
    held = len(drafts) * 1501 if spent is None else 0
    assert (budget.reserved_cents, budget.spent_cents) == (held, (spent or 0) * len(drafts))


def test_a_text_that_only_the_second_look_needs_is_written_then(tmp_path: Path) -> None:
    """While texts are written somebody takes contacts and money: nothing is kept without a text."""
    with shop_of(tmp_path) as shop:

        class Interrupted(Writer):
            def __call__(self, brief: Any) -> Any:
                if not self.briefs:
                    self.briefs.append(brief)
                    _plan(shop, segment="lapsed", channel="email", language="de", offers=["free_delivery"])
                return super().__call__(brief)

        report = _plan(shop, write=Interrupted(), channel="email")
        drafts = [one for one in _all(shop, Draft) if one.campaign_id == report.campaign_id]
        assert len(drafts) == report.arms["treated"]
        assert report.ruled_out["cap_day_all"]
        assert not violations(shop.ledger).broken


def test_two_planners_at_once_keep_the_budget(tmp_path: Path) -> None:
    with shop_of(tmp_path, text=text_with({"monthly_budget: 20000": "monthly_budget: 100"})) as first:
        shops = [first, *(Shop.open(tmp_path, Settings(home=tmp_path, as_of=first.as_of)) for _ in range(1))]

        def one(nth: int) -> str:
            try:
                return _plan(shops[nth % 2], offers=["free_delivery"], segment=["lapsed", "loyal"][nth % 2]).name
            except WinbackError as problem:
                return str(problem)

        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(one, range(4)))
        assert len({name for name in said if "2026-11-05" in name}) >= 1
        found = violations(first.ledger)
        assert not found.broken
        assert found.treated


def test_nothing_of_a_plan_is_kept_where_writing_fails(shop: Shop) -> None:
    def broken(_brief: Any) -> Any:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        plan(shop, PlanRequest(segment="everyone"), ACTOR, NOW, broken)
    assert not any(_all(shop, model) for model in (Campaign, Decision, Draft, Budget))


def test_the_decision_log_says_what_the_policy_saw(shop: Shop) -> None:
    _plan(shop)
    with shop.ledger.session() as session:
        drawn = session.exec(select(Decision).where(col(Decision.arm).in_(["treated", "control"]))).all()
    assert len(drawn) > 40
    for one in drawn:
        assert abs(sum(option["propensity"] for option in one.options.values()) - 1) < 1e-9
        assert one.options[one.offer]["propensity"] == one.propensity > 0
        assert one.context["orders"] >= 1
    assert {one.customer_id for one in drawn} <= set(IDS)
