"""Whatever comes: budgets, caps, consent and the holdout hold, and every decision has a propensity."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eval.offers.violations import violations
from store.ledger import Ledger
from tests.tools.offers.funnel.crowds import NOW, agree, changed, crowd_of, ledger_in, run, terms_for, text_with
from tools.offers.catalogue.model import Caps, QuietHours
from tools.offers.funnel.caps import Contacts, capped
from tools.offers.funnel.hours import first_moment, zones_of
from tools.offers.funnel.terms import CHANNELS

QUICK = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
N = 30
PLANS = st.lists(
    st.tuples(
        st.integers(0, 240),  # hours later
        st.one_of(st.none(), st.integers(100, 20_000)),  # the campaign's cents
        st.one_of(st.none(), st.sampled_from(["email", "sms", "call"])),
        st.sampled_from(["explore", "fixed"]),
    ),
    min_size=1,
    max_size=5,
)


@contextmanager
def _ledger(text: str) -> Iterator[Ledger]:
    with TemporaryDirectory() as folder:
        ledger = ledger_in(Path(folder), text=text)
        yield ledger
        ledger.close()


@QUICK
@given(
    plans=PLANS,
    agreed=st.lists(st.lists(st.sampled_from(CHANNELS), unique=True), min_size=N, max_size=N),
    budget=st.integers(1, 300),
    seed=st.text(max_size=5),
)
def test_nothing_that_must_never_happen_happens(
    plans: list[Any], agreed: list[list[str]], budget: int, seed: str
) -> None:
    month = {"monthly_budget: 20000": f"monthly_budget: {budget}"}
    with _ledger(text_with(month)) as ledger:
        people = crowd_of(N, country=["China", "US", "France"] * (N // 3))
        for customer, channels in zip(people.ids, agreed, strict=True):
            agree(ledger, [customer], channels)
        now = NOW
        for hours, cents, channel, mode in plans:
            now += timedelta(hours=hours)
            terms = terms_for(changed(month), now=now, channel=channel, mode=mode, fixed="early_access")
            run(ledger, people, terms, budget=cents, seed=f"{seed}{now}")
        found = violations(ledger)
        assert found.decisions == N * len(plans)
        assert not found.broken, found.broken


MOMENTS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 4), st.integers(0, 20 * 24 * 60)), max_size=30
)  # customer, channel, minutes


@QUICK
@given(planned=MOMENTS, day=st.integers(0, 3), more=st.integers(0, 3), all_day=st.integers(1, 4))
def test_no_window_ever_holds_more_contacts_than_its_cap(planned: list[Any], day: int, more: int, all_day: int) -> None:
    """Contacts come in any order; each is made only if `capped` lets it."""
    caps = {"all": Caps(day=all_day, week=all_day + 2), "email": Caps(day=day, week=day + more)}
    made: list[tuple[int, int, datetime]] = []
    for who, channel, minutes in planned:
        moment = NOW + timedelta(minutes=minutes)
        moments = np.full(3, np.datetime64(moment, "us"))
        if not capped(Contacts.of(made), moments, caps).reason[who, channel]:
            made.append((who, channel, moment))
    for who in range(3):
        for name, cap in caps.items():
            ours = sorted(at for one, channel, at in made if one == who and name in ("all", CHANNELS[channel]))
            for window, most in ((timedelta(days=1), cap.day), (timedelta(days=7), cap.week)):
                for start in ours:
                    assert sum(start <= at < start + window for at in ours) <= most


@QUICK
@given(
    minutes=st.integers(0, 7 * 24 * 60),
    country=st.sampled_from(["United States", "Russia", "China", "Spain", "Kiribati", "Atlantis", None]),
    start=st.times(),
    end=st.times(),
)
def test_a_contact_is_never_put_into_quiet_hours(minutes: int, country: str | None, start: Any, end: Any) -> None:
    from zoneinfo import ZoneInfo

    quiet, now, zones = QuietHours(start=start, end=end), NOW + timedelta(minutes=minutes), zones_of(country, "UTC")
    moment = first_moment(now, zones, quiet)
    if moment is None:
        assert len(zones) > 1
        return
    assert moment >= now
    for zone in zones:
        local = moment.astimezone(ZoneInfo(zone)).time()
        inside = start <= local < end if start <= end else local >= start or local < end
        assert not inside
