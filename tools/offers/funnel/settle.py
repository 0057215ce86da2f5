"""From what a caller asks for to the terms of the funnel."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rapidfuzz import fuzz, process
from sqlmodel import col, select

from store.errors import WinbackError
from store.ledger import Decision, Ledger
from store.shop import Shop
from tools.offers.catalogue import Catalogue, active_catalogue
from tools.offers.funnel.terms import Terms
from tools.offers.policy import live_policy, mode_now
from tools.offers.policy.exploring import MODES
from tools.result import ToolError
from tools.words import parse_channel, parse_language

_BACK = timedelta(minutes=5)
_CLOSE = 70


def terms_of(
    shop: Shop,
    now: datetime,
    *,
    channel: str | None = None,
    language: str | None = None,
    offers: Sequence[str] | None = None,
    mode: str | None = None,
    nothing: bool = True,
) -> Terms:
    """Words are normalised; the mode is the shop's unless given. One offer alone is picked wherever it is allowed, so
    its mode is fixed. Raises WinbackError naming what is not known, or where the catalogue is in another currency."""
    version, catalogue = active_catalogue(shop.ledger)
    if catalogue.currency != shop.currency:
        raise WinbackError(
            f"The catalogue is in {catalogue.currency} and the shop in {shop.currency}; propose one in {shop.currency}."
        )
    asked = None if offers is None else frozenset(find_offer(catalogue, name) for name in offers)
    current = mode_now(shop.ledger)
    chosen = mode or current.mode
    if chosen not in MODES:
        raise WinbackError(f"There is no mode {chosen}; known are {', '.join(MODES)}.")
    only = next(iter(asked)) if asked and len(asked) == 1 else None
    return Terms(
        version=version,
        catalogue=catalogue,
        policy=live_policy(shop),
        mode="fixed" if only else chosen,
        fixed=only or (current.offer if chosen == "fixed" else None),
        now=now,
        as_of=shop.as_of,
        zone=shop.timezone,
        channel=parse_channel(channel) if channel else None,
        language=parse_language(language) if language else None,
        asked=asked,
        nothing=nothing,
    )


def find_offer(catalogue: Catalogue, said: str) -> str:
    """The id of the offer meant by its id or one of its names, nearly spelt. Raises ToolError naming the known ones."""
    names = {offer.id: offer.id for offer in catalogue.offers}
    names |= {_plain(offer.id): offer.id for offer in catalogue.offers}
    names |= {_plain(name): offer.id for offer in catalogue.offers for name in offer.name.values()}
    if found := names.get(_plain(said)) or names.get(said):
        return found
    near = process.extract(_plain(said), list(names), scorer=fuzz.token_set_ratio, limit=4, score_cutoff=_CLOSE)
    best = {names[name] for name, score, _ in near if score == near[0][1]}
    if len(best) == 1:
        return best.pop()
    raise ToolError(
        f"There is no offer {said[:60]!r}; the catalogue has {', '.join(one.id for one in catalogue.offers)}."
    )


def check_clock(ledger: Ledger, now: datetime) -> None:
    """Raises WinbackError where the clock went back: caps and budgets would then be counted wrongly.

    Call before anything that takes time, for others may decide meanwhile.
    """
    with ledger.session() as session:
        latest = session.exec(select(Decision.at).order_by(col(Decision.at).desc()).limit(1)).first()
    if latest is not None and now < latest - _BACK:
        raise WinbackError(
            f"The clock says {now:%Y-%m-%d %H:%M}, but the latest decision is of {latest:%Y-%m-%d %H:%M}; set it right."
        )


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("%", " percent ").casefold().split())
