"""What is said of a campaign, and when nothing may be said yet."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from store.shop import Shop
from tests.tools.offers.rewards.books import AT, DAY, Book, campaign, decide, report, shop_of
from tools.context import Actor, ToolContext
from tools.contract import CampaignResults
from tools.offers.results import lines, results, table
from tools.offers.results.tool import campaign_results
from tools.result import ToolError

LATER = AT + 60 * DAY
Make = Callable[..., Shop]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    opened: list[Shop] = []

    def one(book: Book | None = None, as_of: datetime = AT + 40 * DAY) -> Shop:
        opened.append(shop_of(tmp_path, book or Book(), as_of))
        return opened[-1]

    yield one
    for shop in opened:
        shop.close()


def crowd(offered: int = 90, held: int = 30, *, lift: int = 0, every: int = 2) -> tuple[Book, list[str]]:
    """Every second customer buys a thing (margin 6) in the window, those with offers `lift` things more."""
    book, names = Book(), [f"c{number:03}" for number in range(offered + held)]
    for place, name in enumerate(names):
        book.customer(name)
        if place % every == 0:
            book.order(name, 1 + place % 20, *["thing"] * (1 + (lift if place < offered else 0)))
    return book, names


def run(shop: Shop, names: list[str], offered: int = 90, **changes: Any) -> int:
    number = campaign(shop)
    for place, name in enumerate(names):
        arm = "holdout" if place >= offered else "control" if place % 9 == 0 else "treated"
        decide(
            shop,
            number,
            name,
            arm,
            "early_access",
            code=None,
            segments=["lapsed" if place % 3 else "at_risk"],
            **changes,
        )
    return number


def ask(shop: Shop, campaign: str | None = None, now: datetime = LATER, language: Literal["en", "zh"] = "en") -> str:
    context = ToolContext(shop, Actor("ann", "marketer"), now, language=language)
    return campaign_results(context, CampaignResults(campaign=campaign)).text


def test_a_campaign_that_worked_says_so_first(make: Make) -> None:
    book, names = crowd(lift=3)
    shop = make(book)
    number = run(shop, names)
    found = results(shop, None, LATER)
    assert (found.state, found.offered, found.held, found.control) == ("known", 90, 30, 10)
    assert found.margin is not None
    assert found.margin.value == pytest.approx(9, abs=0.5)  # half of them bought three things more
    assert found.margin.sign == 1
    said = ask(shop).splitlines()
    assert said[0] == f'Campaign {number} "Spring": 120 customers were in it, 30 of them held back for comparison.'
    assert said[1].startswith(
        "Margin per customer: £12.00 with offers, £3.00 without; the difference is £9.00, with 95%"
    )
    assert said[2].startswith("Cost £0.80; net gain £809.20 in all")
    assert said[2].endswith(": it paid for itself.")
    assert "差额 £9.00" in ask(shop, language="zh")


def test_no_effect_is_not_told_as_one(make: Make) -> None:
    book, names = crowd()
    shop = make(book)
    run(shop, names)
    found = results(shop, None, LATER)
    assert found.margin is not None
    assert found.margin.sign == 0
    assert "not known whether it paid" in ask(shop)


def test_before_the_window_is_over_nothing_is_known_and_it_says_until_when(make: Make) -> None:
    book, names = crowd(lift=3)
    shop = make(book)
    run(shop, names)
    said = ask(shop, now=AT + 21 * DAY).splitlines()
    assert said[1] == "Not yet known: orders count until 2026-07-01; 21 of 30 days have passed."
    assert said[2].startswith("So far, margin per customer is £12.00 with offers and £3.00 without")
    assert not any("paid for itself" in line for line in said)
    early, late = results(shop, None, AT + 21 * DAY), results(shop, None, LATER)
    assert early.margin is not None
    assert late.margin is not None
    assert (early.margin.high or 0) - (early.margin.low or 0) > (late.margin.high or 0) - (late.margin.low or 0)


def test_where_nothing_has_come_in_no_means_are_told(make: Make) -> None:
    book, names = crowd()
    shop = make(book)
    run(shop, names)
    assert ask(shop, now=AT + DAY / 2).splitlines()[2] == "No order of its customers is known yet."


def test_orders_known_only_in_part_are_said_to_be(make: Make) -> None:
    book, names = crowd()
    shop = make(book, as_of=AT + 12 * DAY)
    run(shop, names)
    found = ask(shop).splitlines()[1]
    assert found == (
        "Not yet known: the window closed on 2026-07-01, but orders are known only until 2026-06-13; load newer ones."
    )


@pytest.mark.parametrize("state", ["pending", "rejected", "expired"])
def test_a_campaign_nobody_approved_has_no_result(make: Make, state: str) -> None:
    shop = make()
    number = campaign(shop, state=state)
    decide(shop, number, "a", draft="pending")
    found = results(shop, number, LATER)
    assert (found.state, found.margin) == (state, None)
    assert len(lines(found)) == 1
    assert "no result" in lines(found)[0]


def test_a_draft_sent_from_a_campaign_not_yet_approved_is_measured_all_the_same(make: Make) -> None:
    shop = make(crowd()[0])
    number = campaign(shop, state="pending")
    decide(shop, number, "c000")
    decide(shop, number, "c001", draft="pending")
    decide(shop, number, "c002", "holdout")
    assert (results(shop, number, LATER).sent, results(shop, number, LATER).treated) == (1, 2)


def test_nothing_exported_is_nothing_to_measure(make: Make) -> None:
    shop = make()
    number = campaign(shop)
    decide(shop, number, "a", draft="approved")
    assert results(shop, number, LATER).state == "unsent"
    assert "export it" in ask(shop)


def test_whose_draft_was_rejected_still_counts_in_the_arm_drawn(make: Make) -> None:
    book, names = crowd()
    shop = make(book)
    number = campaign(shop)
    for place, name in enumerate(names):
        decide(
            shop, number, name, "holdout" if place >= 90 else "treated", draft="rejected" if place < 40 else "exported"
        )
    found = results(shop, number, LATER)
    assert (found.offered, found.treated, found.sent, found.held) == (90, 90, 50, 30)
    assert "Offers sent: 50 of 90" in ask(shop)


def test_without_a_holdout_it_cannot_be_known(make: Make) -> None:
    shop = make(crowd()[0])
    number = campaign(shop)
    decide(shop, number, "c000")
    assert results(shop, number, LATER).state == "no_holdout"
    assert "Nobody was held back" in ask(shop)


def test_too_few_buyers_are_too_few(make: Make) -> None:
    book, names = crowd(held=8)
    shop = make(book)
    run(shop, names)
    assert "too few have bought" in ask(shop)


def test_reports_of_coded_orders_alone_are_noticed(make: Make) -> None:
    shop = make(as_of=AT - DAY)
    number = campaign(shop)
    for place in range(40):
        mine = decide(shop, number, f"c{place}", "holdout" if place >= 30 else "treated")
        if place < 30:
            report(shop, f"c{place}", 3, order=f"y{place}", code=f"C{mine}", decision=mine)
    assert results(shop, number, LATER).unreported
    assert "No order of those held back is known" in ask(shop)


def test_segments_are_those_before_the_campaign_and_their_ranges_are_wider(make: Make) -> None:
    book, names = crowd(150, 50, lift=3)
    shop = make(book)
    run(shop, names, 150)
    found = results(shop, None, LATER)
    assert [one.name for one in found.segments] == ["lapsed", "at_risk"]
    lapsed, at_risk = found.segments
    assert (lapsed.margin.first, lapsed.margin.second) == (100, 33)
    assert (at_risk.margin.first, at_risk.margin.second) == (50, 17)
    assert lapsed.margin.level == pytest.approx(0.975)
    assert "By segment, in ranges widened because 2 are looked at: lapsed £" in ask(shop)


def test_two_sides_of_a_test_are_compared_by_what_they_net(make: Make) -> None:
    book, names = crowd(200, 30, lift=0)
    for place, name in enumerate(names[:200]):
        if place % 2 == 0 and place % 4 == 0:
            book.order(name, 25, "thing", "thing", "thing", "thing")
    shop = make(book)
    number = campaign(shop)
    with shop.ledger.session() as session:
        for place, name in enumerate(names):
            side = "B" if place % 4 in (0, 1) else "A"
            decide(
                session, number, name, "holdout" if place >= 200 else "treated", "early_access", code=None, variant=side
            )
    found = results(shop, number, LATER)
    (test,) = found.tests
    assert (test.name, test.net.first, test.net.second, test.net.sign) == ("B/A", 100, 100, 1)
    assert test.net.value == pytest.approx(12)
    assert any(line.startswith("Test: B brought £14.99") and "B is better" in line for line in ask(shop).splitlines())


def test_the_table_holds_every_part(make: Make) -> None:
    book, names = crowd(lift=1)
    shop = make(book)
    run(shop, names)
    made = table(results(shop, None, LATER))
    assert all(len(row) == len(made.columns) for row in made.rows)
    assert [row[0] for row in made.rows] == ["campaign", "segment", "segment", "offer"]
    assert "CUPED" in (made.definition or "")


@pytest.mark.parametrize("said", ["{id}", "#{id}", "campaign {id}", "活动 {id}", "Spring", "spring", "Sprnig"])
def test_a_campaign_is_found_by_number_or_name(make: Make, said: str) -> None:
    shop = make()
    number = campaign(shop)
    campaign(shop, "Autumn leaves")
    assert results(shop, said.format(id=number), LATER).campaign_id == number


def test_an_unknown_campaign_is_answered_with_the_nearest(make: Make) -> None:
    shop = make()
    with pytest.raises(ToolError, match="no campaign yet"):
        results(shop, None, LATER)
    number = campaign(shop)
    with pytest.raises(ToolError, match=f"no campaign 'Christmas'; the nearest are {number} 'Spring'"):
        results(shop, "Christmas", LATER)
    with pytest.raises(ToolError, match="no campaign '77'"):
        results(shop, "77", LATER)


def test_the_latest_that_went_out_comes_before_a_later_plan(make: Make) -> None:
    book, names = crowd()
    shop = make(book)
    number = run(shop, names)
    campaign(shop, "Next", state="pending")
    assert results(shop, None, LATER).campaign_id == number


def test_lines_are_short_enough_to_be_quoted(make: Make) -> None:
    book, names = crowd(150, 50, lift=3)
    shop = make(book)
    run(shop, names, 150)
    for now in (LATER, AT + 9 * DAY):
        for language in ("en", "zh"):
            said = ask(shop, now=now, language=language).splitlines()
            widths = [sum(2 if ord(letter) > 0x2E80 else 1 for letter in line) for line in said]
            assert max(widths) <= 140, said[int(np.argmax(widths))]
            assert len(said) <= 9
