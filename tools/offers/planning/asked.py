"""From a request to what is planned: terms, customers, money and the sides of a test."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from store.errors import WinbackError
from store.shop import Shop
from tools.behaviour.wording import money
from tools.offers.catalogue import cents
from tools.offers.funnel.choice import Variant
from tools.offers.funnel.crowd import Crowd, gather
from tools.offers.funnel.settle import find_offer, terms_of
from tools.offers.funnel.terms import Terms
from tools.offers.people import people
from tools.offers.planning.request import PlanRequest
from tools.offers.policy.exploring import MODES
from tools.words import parse_segments, parse_tone

TONE = "warm"
_DIFFERS = {"tone", "offer", "mode"}
_LONGEST = 80


@dataclass(frozen=True)
class Asked:
    """`tones` by variant; `name` is None where the campaign was given none, `budget` (cents) where only the month's
    limits it."""

    crowd: Crowd
    segment: list[str]
    filters: dict[str, Any]
    budget: int | None
    name: str | None
    variants: list[Variant]
    tones: Mapping[str | None, str]
    differs: dict[str, dict[str, str]]

    @property
    def terms(self) -> Terms:
        return self.crowd.terms


def understood(shop: Shop, request: PlanRequest, now: datetime) -> Asked:
    """Raises WinbackError, one sentence, for what is not known or leaves nobody."""
    segment = parse_segments(request.segment)
    budget = _budget(request.budget, shop.currency)
    terms = terms_of(
        shop, now, channel=request.channel, language=request.language, offers=request.offers, mode=request.mode
    )
    differs = _differs(terms, request.variants)
    if request.limit is not None and request.limit < 1:
        raise WinbackError("A campaign needs a limit of one customer or more.")
    crowd = gather(people(shop, segment=segment, filters=request.filters, limit=request.limit), terms)
    if not len(crowd):
        also = f" and {', '.join(request.filters)}" if request.filters else ""
        raise WinbackError(f"No customer is in segment {' and '.join(segment)}{also}; ask for another segment.")
    usual = parse_tone(request.tone) if request.tone else "apologetic" if "unhappy" in segment else TONE
    return Asked(
        crowd=crowd,
        segment=segment,
        filters=dict(request.filters),
        budget=budget,
        name=_name(request.name),
        variants=[_variant(terms, name, differs[name]) for name in differs] or [_variant(terms, None, {})],
        tones={name: differs[name].get("tone", usual) for name in differs} or {None: usual},
        differs=differs,
    )


def _budget(said: Decimal | None, currency: str) -> int | None:
    if said is None:
        return None
    if cents(said) <= 0:
        raise WinbackError(f"A budget of {money(said, currency)} buys no offer; give a larger one, or none at all.")
    return cents(said)


def _name(said: str | None) -> str | None:
    name = " ".join((said or "").split())
    if len(name) > _LONGEST:
        raise WinbackError(f"A campaign's name has at most {_LONGEST} characters; this one has {len(name)}.")
    return name or None


def _variant(terms: Terms, name: str | None, differs: Mapping[str, str]) -> Variant:
    if "offer" in differs:
        return Variant(name, "fixed", differs["offer"])
    return Variant(name, differs.get("mode", terms.mode), terms.fixed)


def _differs(terms: Terms, variants: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """What differs in each side of a test, in canonical words."""
    if len(variants) == 1:
        raise WinbackError("A test needs two variants or more; name another, or none.")
    return {name: _side(terms, name, differs) for name, differs in variants.items()}


def _side(terms: Terms, name: str, differs: Mapping[str, str]) -> dict[str, str]:
    if unknown := sorted(set(differs) - _DIFFERS):
        raise WinbackError(f"Variants can differ in {', '.join(sorted(_DIFFERS))}, not in {', '.join(unknown)}.")
    side = dict(differs)
    if "tone" in side:
        side["tone"] = parse_tone(side["tone"])
    if "offer" in side:
        side["offer"] = find_offer(terms.catalogue, side["offer"])
    if side.get("mode", "explore") not in MODES[:2]:
        raise WinbackError(
            f"Variant {name} has the mode {side['mode']}; known are {', '.join(MODES[:2])}, or an offer."
        )
    return side
