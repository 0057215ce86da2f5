"""Who may get which offer, before anything of the ledger is asked: the first two steps of the funnel."""

from collections.abc import Callable, Sequence

import numpy as np

from tools.offers.catalogue.model import Offer
from tools.offers.funnel.arrays import Array
from tools.offers.funnel.terms import NUMBER, Terms
from tools.offers.people import People
from tools.words import find_country

Test = Callable[[Offer, People, Terms], Array | bool]
ENGLISH = "en"


def eligible(people: People, terms: Terms, texts: Array) -> Array:
    """(n, k) uint8: the number of the reason that rules the offer out, 0 where none does. `texts`: see `languages`."""
    reasons = np.zeros(texts.shape, np.uint8)
    for column, offer in terms.real:
        for key, test in _TESTS:
            fails = (reasons[:, column] == 0) & ~np.asarray(test(offer, people, terms))
            reasons[fails, column] = NUMBER[key]
        reasons[(reasons[:, column] == 0) & (texts[:, column] < 0), column] = NUMBER["no_text"]
    return reasons


def languages(people: People, terms: Terms) -> tuple[list[str], Array]:
    """The languages there are texts in, and (n, k) int16: each text's place among them; -1 where there is none.

    The asked language or the customer's own, and English only where the offer has no text in it.
    """
    known = sorted({language for offer in terms.catalogue.offers for language in offer.texts})
    wanted = [terms.language or language for language in people.language]
    rows = {language: _row(language, known, terms) for language in set(wanted)}
    if not wanted:
        return known, np.empty((0, len(terms.offers)), np.int16)
    return known, np.stack([rows[language] for language in wanted])


def _row(wanted: str | None, known: list[str], terms: Terms) -> Array:
    row = np.full(len(terms.offers), -1, np.int16)
    for column, offer in terms.real:
        has = set(offer.texts) & set(offer.languages or offer.texts)
        found = next((language for language in (wanted, ENGLISH) if language in has), None)
        row[column] = known.index(found) if found else -1
    return row


def _segment(offer: Offer, people: People, _terms: Terms) -> Array | bool:
    wanted = frozenset(offer.eligible.segments)
    return not wanted or "everyone" in wanted or _meet(people.segments, wanted)


def _not_segment(offer: Offer, people: People, _terms: Terms) -> Array | bool:
    barred = frozenset(offer.eligible.not_segments)
    return not barred or ~_meet(people.segments, barred)


def _country(offer: Offer, people: People, _terms: Terms) -> Array | bool:
    if not offer.eligible.countries:
        return True
    codes = {found.code for name in offer.eligible.countries if (found := find_country(name))}
    found = {name: find_country(name) if name else None for name in set(people.country)}
    fits = {name: country is not None and country.code in codes for name, country in found.items()}
    return np.array([fits[name] for name in people.country], bool)


def _category(offer: Offer, people: People, _terms: Terms) -> Array | bool:
    wanted = frozenset(name.casefold() for name in offer.eligible.categories)
    return not wanted or _meet([{name.casefold() for name in names} for names in people.categories], wanted)


def _margin(offer: Offer, people: People, _terms: Terms) -> Array | bool:
    """An unknown margin is not enough where one is asked for."""
    least = offer.eligible.minimum_margin
    return not least or np.nan_to_num(people.margin, nan=-1.0) >= least


def _meet(groups: Sequence[frozenset[str] | set[str]], wanted: frozenset[str]) -> Array:
    return np.array([not wanted.isdisjoint(group) for group in groups], bool)


_TESTS: tuple[tuple[str, Test], ...] = (
    ("not_asked", lambda offer, _people, terms: terms.asked is None or offer.id in terms.asked),
    ("channel", lambda offer, _people, terms: terms.channel is None or terms.channel in offer.channels),
    ("not_started", lambda offer, _people, terms: offer.starts is None or offer.starts <= terms.now.date()),
    ("ended", lambda offer, _people, terms: offer.ends is None or offer.ends >= terms.now.date()),
    ("segment", _segment),
    ("not_segment", _not_segment),
    ("country", _country),
    ("category", _category),
    ("minimum_margin", _margin),
    ("minimum_orders", lambda offer, people, _terms: people.orders >= offer.eligible.minimum_orders),
)
