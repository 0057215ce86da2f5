"""What must hold between the parts of a catalogue: terms, costs, texts, names, and no two offers in one place."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import get_args

from tools.offers.catalogue.costs import rates
from tools.offers.catalogue.model import NOTHING, Catalogue, Channel, Offer
from tools.words import find_country, find_language
from tools.words.choices import vocabulary


def problem_of(catalogue: Catalogue) -> str | None:
    """The first thing that does not hold, in one sentence, or None."""
    found = [
        *_duplicates(catalogue.offers),
        *(wrong for offer in catalogue.offers for wrong in _offer(offer)),
        *(wrong for offer in catalogue.offers for wrong in _texts(offer, catalogue)),
        *_overlaps(catalogue.offers),
        *_contact(catalogue),
    ]
    return found[0] if found else None


def _duplicates(offers: list[Offer]) -> Iterator[str]:
    for one, other in combinations(offers, 2):
        if one.id == other.id:
            yield f"Offer {one.id} stands in the catalogue twice; remove one or give it another id."
        elif one.code and one.code == other.code:
            yield f"Offers {one.id} and {other.id} have the same code prefix {one.code}; change one of them."


def _offer(offer: Offer) -> Iterator[str]:
    who, (percent, _amount) = f"Offer {offer.id}", rates(offer)
    if offer.id == NOTHING:
        yield f"{who}: {NOTHING} means no offer and is always there; remove it."
    if offer.kind == "coupon" and (offer.percent is None) == (offer.amount is None):
        yield f"{who} is a coupon and needs either percent or amount, and not both."
    if offer.kind != "coupon" and (offer.percent or offer.amount):
        yield f"{who} takes something off the price, so its kind must be coupon."
    if percent and offer.cost_most is None:
        yield f"{who} costs a share of the order, so it needs cost_most, the most that it can cost."
    if offer.amount and offer.minimum_order and offer.amount > offer.minimum_order:
        yield f"{who} takes off {offer.amount}, more than its minimum_order of {offer.minimum_order}; correct one."
    if offer.kind == "care_call" and offer.channels != ["call"]:
        yield f"{who} is a care_call, so its only channel must be call."
    if offer.starts and offer.ends and offer.ends < offer.starts:
        yield f"{who} ends on {offer.ends}, before it starts on {offer.starts}; correct one of them."
    yield from _words(offer)


def _words(offer: Offer) -> Iterator[str]:
    """Names of segments, countries and languages that nobody has would quietly shut everyone out."""
    known = set(vocabulary("segment").table)
    for name in {*offer.eligible.segments, *offer.eligible.not_segments} - known:
        yield f"Offer {offer.id} names an unknown segment {name}; known are {', '.join(sorted(known))}."
    for name in offer.eligible.countries:
        if find_country(name) is None:
            yield f"Offer {offer.id} names an unknown country {name}; write for example GB or Germany."
    for language in {*offer.languages, *offer.texts, *offer.name}:
        if find_language(language) != language:
            yield f"Offer {offer.id} names an unknown language {language}; write an ISO 639-1 code such as en."


def _texts(offer: Offer, catalogue: Catalogue) -> Iterator[str]:
    if "en" not in offer.name:
        yield f"Offer {offer.id} has no English name; add name.en."
    missing = [language for language in offer.languages if language not in offer.texts]
    if missing or not offer.texts:
        yield f"Offer {offer.id} has no text in {', '.join(missing) or 'any language'}; add it under texts."
    for language, channel in ((language, channel) for language in offer.texts for channel in offer.channels):
        text = offer.texts[language].get(channel) or offer.texts[language].get("any")
        if text is None:
            yield f"Offer {offer.id} has no {language} text for {channel}; add it, or one for any channel."
        elif channel == "email" and not text.subject:
            yield f"Offer {offer.id} has no subject for its {language} e-mail; add one."
        elif channel != "call" and language not in catalogue.opt_out.get(channel, {}):
            yield f"There is no {language} opt-out line for {channel}, which offer {offer.id} uses; add it to opt_out."


def _overlaps(offers: list[Offer]) -> Iterator[str]:
    for one, other in combinations(offers, 2):
        if _terms(one) == _terms(other) and _same_time(one, other) and _same_people(one, other):
            yield (
                f"Offers {one.id} and {other.id} overlap: the same terms for the same people at the same time; "
                "remove one, or set apart their dates or countries."
            )


def _terms(offer: Offer) -> tuple[object, ...]:
    """What the customer gets. Where it is no money off, the name tells one gift from another."""
    named = None if offer.kind in {"coupon", "free_shipping"} else offer.name.get("en")
    return offer.kind, offer.percent, offer.amount, offer.minimum_order, named


def _same_time(one: Offer, other: Offer) -> bool:
    first, last = date.min, date.max
    return max(one.starts or first, other.starts or first) <= min(one.ends or last, other.ends or last)


def _same_people(one: Offer, other: Offer) -> bool:
    """Unless no customer can pass both: other countries, or a segment that the other rules out."""
    mine, theirs = one.eligible, other.eligible
    apart = mine.countries and theirs.countries and not _codes(mine.countries) & _codes(theirs.countries)
    shut = any(
        needed.segments and set(needed.segments) <= set(barred.not_segments)
        for needed, barred in ((mine, theirs), (theirs, mine))
    )
    return not apart and not shut


def _codes(names: list[str]) -> set[str]:
    return {country.code for name in names if (country := find_country(name))}


def _contact(catalogue: Catalogue) -> Iterator[str]:
    caps = catalogue.contact.caps
    if "all" not in caps:
        yield "The catalogue lacks contact.caps.all, the most contacts per customer over all channels; add it."
    for name, cap in caps.items():
        if cap.day > cap.week:
            yield f"contact.caps.{name} allows {cap.day} contacts a day but {cap.week} a week; correct one of them."
    for channel in set(catalogue.opt_out) - set(get_args(Channel)):
        yield f"opt_out names an unknown channel {channel}; known are {', '.join(get_args(Channel))}."
