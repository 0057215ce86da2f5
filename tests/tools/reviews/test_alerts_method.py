"""The watch over complaints, on shops whose every rate is known."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import nbinom

from tests.tools.reviews.alert_shops import ASPECTS, DAYS, ITEMS, Extra, history, make_rows, until
from tools.reviews.alerts import series
from tools.reviews.alerts.find import enough, news, surges
from tools.reviews.alerts.series import Counts, History, Item
from tools.reviews.alerts.surge import telling_looks, yearly
from tools.reviews.alerts.watch import Alert, Watch

SHOP, CATEGORY, COUNTRY, PRODUCT = ITEMS[0], Item("category", "k1"), Item("country", "l2"), Item("product", "p5")
FIRST, LAST = 300, DAYS - 1


def known(watched: History, day: int = LAST) -> list[Alert]:
    return Watch(watched, day, day).alerts(day)


def told(alerts: Sequence[Alert]) -> list[tuple[Item, int]]:
    return [(one.item, one.aspect) for one in alerts]


@pytest.mark.parametrize(("item", "number"), [(SHOP, 8), (CATEGORY, 3), (COUNTRY, 4), (PRODUCT, 2)])
def test_a_surge_is_told_once_as_what_it_is(item: Item, number: float) -> None:
    """A product's surge is also in its category's, the shop's and everything's complaints; the shop's in all."""
    found = known(history(1, Extra(item, 1, FIRST, 20, number)), FIRST + 25)
    assert told(found) == [(item, 1)]
    assert abs(found[0].first - FIRST) <= 3
    assert abs(found[0].last - (FIRST + 19)) <= 3
    assert found[0].complaints >= 2 * found[0].expected
    assert found[0].share_now > 2 * found[0].share_before
    assert found[0].q_value <= 0.05


def test_figures_of_a_surge() -> None:
    """p5 has a review a day, 8 % of them complaints: 1.6 in 20 days, to which 20 come."""
    rows = make_rows(1, Extra(PRODUCT, 2, FIRST, 20, 1))
    (one,) = known(History(rows), FIRST + 21)
    here = (rows.place[:, 3] == ITEMS.index(PRODUCT)) & (rows.day >= one.first) & (rows.day <= one.last)
    assert one.complaints == rows.complaints[here, 2].sum()
    assert one.reviews == here.sum()
    assert one.share_now == one.complaints / one.reviews
    assert one.expected == pytest.approx(0.08 * (one.last - one.first + 1), rel=0.35)
    assert one.share_before == pytest.approx(0.08, abs=0.03)


def test_two_surges_at_once_are_two() -> None:
    both = history(2, Extra(PRODUCT, 1, FIRST, 20, 1), Extra(COUNTRY, 2, FIRST + 5, 15, 4))
    assert set(told(known(both, FIRST + 20))) == {(PRODUCT, 1), (COUNTRY, 2)}


def test_what_stands_out_within_a_surge_is_told_besides() -> None:
    """Everyone complains more, and p5 far more than everyone."""
    both = history(3, Extra(SHOP, 1, FIRST, 20, 6), Extra(PRODUCT, 1, FIRST, 20, 3))
    assert set(told(known(both, FIRST + 20))) == {(SHOP, 1), (PRODUCT, 1)}


def test_a_surge_goes_on_until_a_week_without() -> None:
    watched = history(4, Extra(PRODUCT, 1, FIRST, 20, 1))
    assert [one.ongoing for one in known(watched, FIRST + 15)] == [True]
    assert [one.ongoing for one in known(watched, FIRST + 40)] == [False]


def test_nothing_later_than_today_counts() -> None:
    """Every day is answered from what was known on it."""
    rows = make_rows(5, Extra(PRODUCT, 1, FIRST, 20, 1), Extra(SHOP, 2, FIRST + 20, 10, 8))
    watch = Watch(History(rows), FIRST - 10, LAST)
    for day in range(FIRST, FIRST + 45, 3):
        then = [replace(one, episode=0) for one in known(History(until(rows, day)), day)]
        assert [replace(one, episode=0) for one in watch.alerts(day)] == then


def test_growth_is_no_surge() -> None:
    """Five times as many reviews and complaints at the end as at the beginning, with the same shares."""
    for seed in range(5):
        grown = history(seed, growth=4.0)
        watch = Watch(grown, 60, LAST)
        assert not [one for day in watch.days for one in watch.alerts(day)]


def test_a_rise_everywhere_is_not_told_of_each_item() -> None:
    """The shop's complaints rise by half: no item stands out, and the shop does not double."""
    for seed in range(5):
        risen = history(seed, Extra(SHOP, 1, FIRST, 30, 0.5 * 24 * 0.08))
        watch = Watch(risen, FIRST, LAST)
        assert not [one for day in watch.days for one in watch.alerts(day)]


def test_too_few_complaints_are_no_surge() -> None:
    assert not known(history(6, Extra(PRODUCT, 1, FIRST, 1, 0), reviews=0.01))


def test_false_alarms_of_quiet_shops_are_rare() -> None:
    """40 shops of 400 days, day by day: at a false discovery rate of 5 % a year, about two shops may raise one."""
    raised = 0
    for seed in range(100, 140):
        watch = Watch(history(seed, reviews=0.4), 60, LAST)
        raised += bool([one for day in watch.days for one in watch.alerts(day)])
    assert raised <= 5


def test_evidence_is_not_overstated() -> None:
    """Looks said to come `x` times a year and stream come no oftener, over 40 shops without surges.

    Looks of one stream within two weeks of each other are one false alarm.
    """
    streams = len(ITEMS) * ASPECTS
    years = 40 * streams * (DAYS - 60) / 365
    evidence: list[float] = []
    for seed in range(200, 240):
        looks = telling_looks(history(seed, reviews=0.4), 0, LAST)
        apart = (np.diff(looks.stream, prepend=-1) != 0) | (np.diff(looks.day, prepend=-99) > 14)
        evidence += np.minimum.reduceat(looks.yearly, np.flatnonzero(apart)).tolist() if len(looks.day) else []
    for stated in (0.05, 0.02, 0.005):
        assert sum(one <= stated for one in evidence) <= 1.2 * stated * years


def test_yearly_is_arrivals_times_the_chance_of_the_others() -> None:
    count, expected, shape = np.array([4.0, 60.0]), np.array([0.2, 20.0]), np.array([3.0, 50.0])
    chance = nbinom(shape, shape / (shape + expected))
    rare = expected / 7 * 365 * chance.sf(count - 2)
    daily = 365 * chance.sf(count - 1)
    assert yearly(count, expected, shape, 7) == pytest.approx(2 * np.minimum(rare, daily), rel=1e-9)


@pytest.mark.parametrize("cells", [0, 90, 10_000])
def test_counts_over_any_window(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether all, some or none of the keys have a table of every day."""
    monkeypatch.setattr(series, "_CELLS", cells)
    rng = np.random.default_rng(0)
    key, day, number = rng.integers(0, 4, 300), rng.integers(50, 90, 300), rng.integers(1, 4, 300)
    counts = Counts(key, day, number, 50, 42, 4)
    assert list(zip(*counts.marks, strict=True)) == sorted({*zip(key, day, strict=True)})
    for after, until_ in ((0, 49), (49, 50), (55, 70), (70, 70), (60, 400), (-9, 999)):
        inside = [(key == one) & (day > after) & (day <= until_) for one in range(4)]
        assert counts.within(np.arange(4), after, until_).tolist() == [number[one].sum() for one in inside]


def test_a_stray_date_of_long_ago_changes_nothing() -> None:
    rows = make_rows(7, Extra(PRODUCT, 1, FIRST, 20, 1))
    stray = replace(
        rows,
        day=np.append(-20_000, rows.day),
        place=np.concatenate([rows.place[:1], rows.place]),
        reviews=np.append(1, rows.reviews),
        complaints=np.concatenate([rows.complaints[:1], rows.complaints]),
    )
    assert told(known(History(stray), FIRST + 20)) == told(known(History(rows), FIRST + 20)) == [(PRODUCT, 1)]


def test_rows_without_a_place_count_for_the_rest() -> None:
    rows = make_rows(8, Extra(COUNTRY, 1, FIRST, 20, 4))
    nowhere = replace(rows, place=np.where([False, True, False, True], -1, rows.place))
    assert told(known(History(nowhere), FIRST + 20)) == [(COUNTRY, 1)]


def test_news_are_surges_not_known_before() -> None:
    watched = history(9, Extra(PRODUCT, 1, FIRST, 30, 2), Extra(COUNTRY, 2, FIRST + 20, 12, 5))
    today = FIRST + 27
    assert set(told(news(watched, None, today))) == {(PRODUCT, 1), (COUNTRY, 2)}
    assert told(news(watched, FIRST + 18, today)) == [(COUNTRY, 2)]
    assert news(watched, today, today) == []


def test_surges_of_a_period_what_goes_on_first() -> None:
    watched = history(10, Extra(PRODUCT, 1, 150, 20, 1.5), Extra(COUNTRY, 2, LAST - 14, 15, 4))
    assert told(surges(watched, None, LAST, LAST)) == [(COUNTRY, 2), (PRODUCT, 1)]
    assert told(surges(watched, 140, 200, LAST)) == [(PRODUCT, 1)]
    assert told(surges(watched, LAST - 30, LAST, LAST)) == [(COUNTRY, 2)]
    assert surges(watched, 200, 300, LAST) == []


def test_what_can_be_judged() -> None:
    watched = history(11)
    assert enough(watched, LAST)
    assert not enough(watched, 50)
    assert not enough(History(until(make_rows(11, reviews=0.002), LAST)), LAST)
