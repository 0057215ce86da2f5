"""Amounts, dates and terms: every figure of the text is the offer's, and every term of the offer is in the text."""

import re
from collections.abc import Iterator
from decimal import Decimal

from tools.offers.catalogue.model import Offer
from tools.offers.drafts.checks.figures import Figure, Figures, figures, same_day
from tools.offers.drafts.checks.lexicon import holds, lexicon
from tools.offers.drafts.model import Brief, Problem, problem
from tools.offers.drafts.money import money, percent
from tools.offers.drafts.tags import TAG, day, untagged

_DOUBLE = Decimal(2)  # points times two
_NEAR = 22  # characters between a sum and the words that say what it is


def terms(subject: str, body: str, brief: Brief) -> list[Problem]:
    """A care call's text is for the one who calls: it need not name terms, but may name no others."""
    text = untagged(f"{subject}\n{body}".replace(brief.opt_out or "\0", " "))
    found = figures(text, brief.language)
    wrong = [said for one in found.found if (said := _wrong(one, brief, found))]
    if brief.offer.kind == "care_call":
        return wrong
    return wrong + list(_missing(body, figures(untagged(body), brief.language), brief))


def _wrong(one: Figure, brief: Brief, all_of_it: Figures) -> Problem | None:
    offer, currency = brief.offer, brief.catalogue.currency
    if one.kind == "percent":
        right = offer.percent is not None and one.value == offer.percent
        return None if right else problem("percent", text=one.written, held=_held(brief))
    if one.kind == "date":
        assert one.day is not None
        until = brief.valid_until
        right = until is not None and same_day(one.day, until.date(), brief.language)
        return None if right else problem("date", text=one.written, held=day(until, brief.language) if until else "-")
    if one.kind == "money":
        if one.currency != currency or one.value not in _sums(offer):
            return problem("money", text=one.written, held=_held(brief))
        return problem("role", text=one.written, held=_held(brief)) if _misplaced(one, all_of_it.text, brief) else None
    if offer.kind == "care_call" or (offer.kind == "points" and one.value == _DOUBLE):
        return None
    return None if one.written in _own_numbers(brief) else problem("number", text=one.written, held=_held(brief))


def _sums(offer: Offer) -> dict[Decimal, set[str]]:
    """Sums that the offer holds, each with what it can be: off, minimum, most."""
    roles: dict[Decimal, set[str]] = {}
    for amount, role in ((offer.amount, "off"), (offer.minimum_order or None, "minimum"), (_most(offer), "most")):
        if amount is not None:
            roles.setdefault(amount, set()).add(role)
    return roles


def _most(offer: Offer) -> Decimal | None:
    return offer.cost_most if offer.percent is not None else None


def _misplaced(one: Figure, text: str, brief: Brief) -> bool:
    """Whether the words beside a sum say that it is something else: `£25 or more` where £25 is the most."""
    roles = _sums(brief.offer)[one.value] if one.value is not None else set[str]()
    cues = lexicon(brief.language)["cues"]
    near = text[max(0, one.at - _NEAR) : one.at], text[one.at + len(one.written) : one.at + len(one.written) + _NEAR]
    said = {
        role
        for role in ("minimum", "most")
        if any(re.search(rf"(?:{before})\W*$", near[0], re.IGNORECASE) for before in cues[f"{role}_before"])
        or any(re.match(rf"\W*(?:\w+\W+)?(?:{after})", near[1], re.IGNORECASE) for after in cues[f"{role}_after"])
    }
    if said:
        return not said & roles
    return not roles & {"off"} and bool(re.match(rf"\s*(?:{'|'.join(cues['off_after'])})", near[1], re.IGNORECASE))


def _own_numbers(brief: Brief) -> set[str]:
    """Bare numbers of the offer's name and of its own template, which two people agreed on."""
    offer, language = brief.offer, brief.language
    texts = [offer.name.get(language, ""), *(one.body for one in offer.texts.get(language, {}).values())]
    own = (figures(untagged(one), language).found for one in texts)
    return {figure.written for found in own for figure in found if figure.kind == "number"}


def _missing(body: str, found: Figures, brief: Brief) -> Iterator[Problem]:
    offer, currency, language = brief.offer, brief.catalogue.currency, brief.language
    shares = {one.value for one in found.found if one.kind == "percent"}
    sums = {one.value for one in found.found if one.kind == "money" and one.currency == currency}
    if offer.percent is not None and offer.percent not in shares:
        yield problem("no_percent", held=percent(offer.percent, language))
    for amount, key in (
        (offer.amount, "no_amount"),
        (offer.minimum_order or None, "no_minimum"),
        (_most(offer), "no_most"),
    ):
        if amount is not None and amount not in sums:
            yield problem(key, held=money(amount, currency, language))
    if "valid_until" not in TAG.findall(body) and not any(one.kind == "date" for one in found.found):
        yield problem("no_date")
    if not holds(offer.kind, body, brief) and offer.kind != "coupon":
        yield problem("no_offer", held=offer.name.get(language) or offer.name["en"])


def _held(brief: Brief) -> str:
    """The offer's figures in words: `10 %, £15`."""
    offer, currency = brief.offer, brief.catalogue.currency
    shares = [] if offer.percent is None else [percent(offer.percent, brief.language)]
    return ", ".join([*shares, *(money(one, currency, brief.language) for one in _sums(offer))]) or "-"
