"""Each step of the funnel: who is out, why, and what the trace says of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from store.ledger import Budget, Decision, Ledger, Reservation
from tests.tools.offers.funnel.crowds import NOW, OPEN, agree, always, changed, crowd_of, ledger_in, run, terms_for
from tools.offers.funnel.choice import uniform
from tools.offers.holdout import holdout_score


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = ledger_in(tmp_path)
    yield opened
    opened.close()


def _decision(ledger: Ledger, customer: str = "c0") -> Decision:
    with ledger.session() as session:
        found = session.exec(select(Decision).where(Decision.customer_id == customer).order_by(col(Decision.id).desc()))
        return found.first()  # pyright: ignore[reportReturnType]


def _out(ledger: Ledger, step: str, customer: str = "c0") -> dict[str, str]:
    return next(one["out"] for one in _decision(ledger, customer).trace if one["step"] == step)


def test_all_steps_are_recorded_in_order(ledger: Ledger) -> None:
    agree(ledger, ["c0"])
    run(ledger, crowd_of(1), terms_for(changed(OPEN)))
    decision = _decision(ledger)
    steps = [one["step"] for one in decision.trace]
    assert steps == ["candidates", "eligible", "consent", "contact_policy", "budget", "chosen"]
    assert all(set(one) == {"step", "left", "out", "numbers"} for one in decision.trace)
    assert decision.trace[0]["numbers"] == {"segments": ["lapsed", "unhappy"]}


@pytest.mark.parametrize(
    ("people", "offer", "reason"),
    [
        ({"segments": frozenset({"new"})}, "twenty_percent_off", "not_segment"),
        ({"segments": frozenset()}, "apology_credit", "segment"),
        ({"margin": 0.2}, "twenty_percent_off", "minimum_margin"),
        ({"margin": float("nan")}, "ten_percent_off", "minimum_margin"),
        ({"orders": 1.0}, "early_access", "minimum_orders"),
    ],
)
def test_the_catalogue_says_who_is_eligible(ledger: Ledger, people: Any, offer: str, reason: str) -> None:
    agree(ledger, ["c0"])
    run(ledger, crowd_of(1, **people), terms_for())
    assert _out(ledger, "eligible")[offer] == reason


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("countries: [France, DE]", "country"),
        ("categories: [garden]", "category"),
        ("countries: [GB], categories: [Kitchen]", None),
    ],
)
def test_country_and_category_are_matched_as_people_write_them(ledger: Ledger, rule: str, reason: str | None) -> None:
    agree(ledger, ["c0"])
    run(ledger, crowd_of(1), terms_for(changed({"{minimum_margin: 0.15}": f"{{{rule}}}"})))
    assert _out(ledger, "eligible").get("ten_percent_off") == reason


@pytest.mark.parametrize(
    ("dates", "reason"),
    [("starts: 2026-11-06", "not_started"), ("ends: 2026-11-04", "ended"), ("ends: 2026-11-05", None)],
)
def test_an_offer_is_valid_from_its_first_to_its_last_day(ledger: Ledger, dates: str, reason: str | None) -> None:
    agree(ledger, ["c0"])
    run(ledger, crowd_of(1), terms_for(changed({"code: TEN": f"code: TEN, {dates}"})))
    assert _out(ledger, "eligible").get("ten_percent_off") == reason


def test_an_asked_channel_leaves_out_offers_that_do_not_go_by_it(ledger: Ledger) -> None:
    agree(ledger, ["c0"])
    run(ledger, crowd_of(1), terms_for(channel="sms"))
    assert {"early_access", "care_call"} <= set(_out(ledger, "eligible"))
    assert _decision(ledger).channel in {"sms", None}


def test_the_text_is_in_the_asked_language_and_in_english_only_where_there_is_none(ledger: Ledger) -> None:
    agree(ledger, ["c0"])
    run(ledger, crowd_of(1, language="de"), terms_for())
    numbers = _decision(ledger).trace[1]["numbers"]
    assert numbers["language"] == "de"
    assert "free_delivery" not in numbers["texts"]
    assert numbers["texts"]["ten_percent_off"] == "en"


def test_the_channel_is_the_first_of_the_offer_that_the_customer_agreed_to(ledger: Ledger) -> None:
    agree(ledger, ["c0"], ["wechat", "sms"])
    run(ledger, crowd_of(1), terms_for(changed(OPEN)), variants=always("ten_percent_off"))
    assert _decision(ledger).channel == "sms"


def test_who_agreed_to_nothing_is_ruled_out_and_counted(ledger: Ledger) -> None:
    agree(ledger, ["c0"], granted=False)
    found = run(ledger, crowd_of(2), terms_for())
    assert found.choice.of_arm("ruled_out").all()
    assert set(_out(ledger, "consent").values()) == {"no_consent"}
    assert _decision(ledger, "c1").propensity == 1


def test_after_a_complaint_only_a_care_call_is_left(ledger: Ledger) -> None:
    agree(ledger, ["c0", "c1"])
    complaints = [NOW - timedelta(days=13), NOW - timedelta(days=15)]
    run(ledger, crowd_of(2, complained_at=complaints), terms_for(changed(OPEN)))
    assert set(_out(ledger, "contact_policy").values()) == {"cooldown"}
    assert "care_call" not in _out(ledger, "contact_policy")
    assert _out(ledger, "contact_policy", "c1") == {}


def test_a_planned_contact_fills_the_cap_until_a_day_later(ledger: Ledger) -> None:
    agree(ledger, ["c0"])
    only = {"asked": frozenset({"free_delivery"})}
    first = run(ledger, crowd_of(1), terms_for(changed(OPEN), **only), variants=always("free_delivery"))
    assert first.choice.of_arm("treated").all()
    again = terms_for(changed(OPEN), now=NOW + timedelta(hours=3), **only)
    run(ledger, crowd_of(1), again, variants=always("free_delivery"))
    step = _decision(ledger).trace[3]
    assert step["out"] == {"free_delivery": "cap_day_all"}
    assert step["numbers"]["capped_until"] == {"email": (NOW + timedelta(days=1)).isoformat()}
    later = terms_for(changed(OPEN), now=NOW + timedelta(days=1), **only)
    third = run(ledger, crowd_of(1), later, variants=always("free_delivery"))
    assert third.choice.of_arm("treated").all()


@pytest.mark.parametrize("state", ["held", "settled", "released"])
def test_a_released_contact_no_longer_counts(ledger: Ledger, state: str) -> None:
    agree(ledger, ["c0"])
    found = run(ledger, crowd_of(1), terms_for(changed(OPEN)), variants=always("early_access"))
    with ledger.session() as session:
        held = session.get(Reservation, found.ids["c0"])
        assert held is not None
        held.state = state
        session.add(held)
    again = run(ledger, crowd_of(1), terms_for(changed(OPEN)), variants=always("early_access"))
    assert again.choice.of_arm("treated").all() == (state == "released")


def test_the_first_that_does_not_fit_ends_the_list_for_the_holdout_too(ledger: Ledger) -> None:
    ids = [f"c{nth}" for nth in range(200)]
    agree(ledger, ids)
    found = run(ledger, crowd_of(200), terms_for(), budget=5_000, variants=always("free_delivery"))
    ranks, arms = found.choice.rank, found.choice.of_arm("ruled_out")
    cut = ranks[arms].min()
    assert found.choice.reserved.sum() == 12 * 396 <= 5_000
    assert (ranks[~arms] < cut).all()
    assert (ranks[arms] >= cut).all()
    held_out = [holdout_score("winback", one) < 0.1 for one in ids]
    assert found.choice.of_arm("holdout")[ranks < cut].tolist() == [
        held for held, rank in zip(held_out, ranks, strict=True) if rank < cut
    ]
    assert set(_out(ledger, "budget", ids[int(ranks.argmax())]).values()) == {"budget_campaign"}
    with ledger.session() as session:
        budget = session.get(Budget, "month:2026-11")
    assert budget is not None
    assert budget.reserved_cents == found.choice.reserved.sum()


def test_a_decision_can_be_drawn_again_from_what_is_kept(ledger: Ledger) -> None:
    ids = [f"c{nth}" for nth in range(60)]
    agree(ledger, ids)
    run(ledger, crowd_of(60), terms_for(), seed="spring")
    with ledger.session() as session:
        decisions = session.exec(select(Decision).where(col(Decision.arm).in_(["treated", "control"]))).all()
    assert len(decisions) > 40
    for one in decisions:
        lot, passed = uniform("draw:spring", one.customer_id), 0.0
        drawn = []
        for offer, option in one.options.items():
            drawn += [offer] if passed <= lot else []
            passed += option["propensity"]
        assert drawn[-1] == one.offer
        assert one.options[one.offer]["propensity"] == one.propensity


def test_quiet_hours_put_the_contact_off(ledger: Ledger) -> None:
    agree(ledger, ["c0", "c1"])
    night = datetime.fromisoformat("2026-11-05T23:30:00+00:00").astimezone().replace(tzinfo=None)
    people = crowd_of(2, country=["United Kingdom", "China"])
    run(ledger, people, terms_for(changed(OPEN), now=night), variants=always("early_access"))
    london, china = _decision(ledger).send_after, _decision(ledger, "c1").send_after
    assert london is not None
    assert london.astimezone() == datetime.fromisoformat("2026-11-06T08:00:00+00:00")
    assert china is not None
    assert china.astimezone() == datetime.fromisoformat("2026-11-06T02:00:00+00:00")  # 8 o'clock in Ürümqi too
