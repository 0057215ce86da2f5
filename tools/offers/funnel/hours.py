"""Quiet hours where the customer lives. Moments come and go naive, on the clock of this machine."""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from tools.offers.catalogue.model import QuietHours
from tools.words import find_country

_DAYS = 3  # within which every quiet time has ended once, wherever


@lru_cache(maxsize=1024)
def zones_of(country: str | None, shop_zone: str) -> tuple[str, ...]:
    """The time zones of a country by name or code (CLDR's, as Babel has them); the shop's for an unknown country."""
    found = find_country(country) if country else None
    by_territory: dict[str, list[str]] = get_global("territory_zones")  # pyright: ignore[reportAssignmentType]
    named = by_territory.get(found.code, []) if found else []
    return tuple(sorted(set(named) & _known())) or (shop_zone,)


def first_moment(now: datetime, zones: tuple[str, ...], quiet: QuietHours) -> datetime | None:
    """The first moment from `now` on that is quiet in none of the zones; None where there is none within days."""
    start = now.astimezone(UTC)
    places = [ZoneInfo(name) for name in zones]
    for moment in [start, *_ends(start, places, quiet.end)]:
        if not any(_is_quiet(moment.astimezone(zone).time(), quiet) for zone in places):
            return now if moment == start else moment.astimezone().replace(tzinfo=None)
    return None


def quiet_now(now: datetime, country: str | None, shop_zone: str, quiet: QuietHours) -> bool:
    """Whether a customer of this country may not be contacted at this moment."""
    return first_moment(now, zones_of(country, shop_zone), quiet) != now


def _ends(start: datetime, places: list[ZoneInfo], end: time) -> list[datetime]:
    """When quiet hours end from `start` on: the only moments at which a time that all allow can begin."""
    found: set[datetime] = set()
    for zone in places:
        day = start.astimezone(zone).date()
        local = [datetime.combine(day + timedelta(days=nth), end, zone) for nth in range(_DAYS)]
        found |= {moment.astimezone(UTC) for moment in local}
    return sorted(moment for moment in found if moment > start)


def _is_quiet(moment: time, quiet: QuietHours) -> bool:
    if quiet.start <= quiet.end:
        return quiet.start <= moment < quiet.end
    return moment >= quiet.start or moment < quiet.end


@lru_cache(maxsize=1)
def _known() -> Any:
    return frozenset(available_timezones())
