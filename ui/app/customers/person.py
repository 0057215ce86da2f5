"""One customer: figures, segments, consent, why they may leave, and what happened so far."""

from pathlib import Path
from typing import Any

from markupsafe import Markup

from store.errors import WinbackError
from store.shop import Shop
from tools.behaviour import profile_facts as facts
from tools.behaviour.wording import money
from tools.churn.risk import scores
from tools.churn.risk.text import Telling
from tools.offers.catalogue import active_catalogue
from tools.offers.funnel.words import Words as OfferWords
from tools.overview.history import Happening, happenings
from ui.app.customers.names import language_name
from ui.app.frame import Desk, Templates, Visit

_render = Templates(Path(__file__).parent)
_STEP = 30
_MOST = 3000
_LONGEST = 600
_ITEMS = 6
_MOODS = {"positive": "good", "negative": "bad"}


def page(desk: Desk, customer: str) -> Markup:
    shop = desk.shop()
    with shop.warehouse.pinned():
        person = facts.person(shop.warehouse, customer)
        bought = scores.purchases(shop.warehouse, customer)
        return _render(
            "person",
            t=desk.words,
            desk=desk,
            customer=customer,
            lead=_lead(desk, person),
            figures=_figures(desk, bought, _score(shop, customer)),
            segments=[desk.words.or_plain("segment", one) for one in facts.segments_of(shop, customer)],
            consent=_consent(desk, customer),
            why=_why(desk, customer, bought.orders),
        )


def past(desk: Desk, visit: Visit, customer: str) -> Markup:
    """What happened, the latest first; `shown` of the URL says how much of it."""
    shop, given = desk.shop(), visit.query.get("shown", "")
    most = min(int(given), _MOST) if given.isascii() and given.isdigit() and len(given) < 6 else _STEP
    most = max(most, _STEP)
    with shop.warehouse.pinned():
        found, more = happenings(shop, customer, most)
    further = desk.url("customers", id=customer, shown=most + _STEP) if more and most < _MOST else None
    return _render("past", t=desk.words, past=_past(desk, found), more=further)


def _lead(desk: Desk, person: facts.Row) -> str:
    since = person["signup_at"]
    known = [
        person["country"],
        language_name(person["language"], desk.language) if person["language"] else None,
        desk.words("one.since", day=since.date()) if since else None,
    ]
    return desk.words("comma").join(one for one in known if one)


def _score(shop: Shop, customer: str) -> facts.Row | None:
    return scores.score(shop.warehouse, customer) if shop.warehouse.has("churn_scores") else None


def _figures(desk: Desk, bought: scores.Purchases, score: facts.Row | None) -> list[tuple[str, str, str]]:
    t, shop = desk.words, desk.shop()

    def amount(value: Any) -> str:
        return "–" if value is None else money(value, shop.currency)

    last = bought.last_order
    ago = t("one.ago", n=f"{(shop.as_of.date() - last.date()).days:,}") if last else ""
    found = [
        (t("one.orders"), f"{bought.orders:,}", ""),
        (t("one.spend"), amount(bought.spend), ""),
        (t("one.last_order"), f"{last:%Y-%m-%d}" if last else "–", ago),
    ]
    if score is None:
        return found
    days = t("one.horizon", n=score["horizon_days"])
    return [
        *found,
        (t("one.churn"), f"{score['churn_probability']:.0%}", days),
        (t("one.expected"), amount(score["expected_spend"]), days),
        (t("one.value"), amount(score["value_at_risk"]), days),
    ]


def _consent(desk: Desk, customer: str) -> list[tuple[str, str, str]]:
    given = desk.shop().ledger.consent_of(customer)
    return [
        (desk.words.or_plain("channel", channel), desk.words("one.yes" if yes else "one.no"), "good" if yes else "bad")
        for channel, yes in given.items()
    ]


def _why(desk: Desk, customer: str, orders: int) -> dict[str, Any]:
    """Reasons of both directions as statements, or one sentence where there are none."""
    shop, t = desk.shop(), desk.words
    if not shop.warehouse.has("churn_scores"):
        return {"said": t("list.unscored"), "leaving": [], "staying": []}
    row = scores.score(shop.warehouse, customer)
    if row is None:
        return {"said": t("one.unscored" if orders else "one.never"), "leaving": [], "staying": []}
    telling = Telling(desk.language, shop.currency, scores.made(shop.warehouse))
    return {
        "said": t("one.safer", share=f"{row['safer']:.0%}"),
        "leaving": telling.reasons(row),
        "staying": telling.reasons(row, "staying"),
    }


def _past(desk: Desk, past: list[Happening]) -> list[dict[str, Any]]:
    offers = _offer_words(desk)

    def told(one: Happening) -> dict[str, Any]:
        tell = {
            "order": _order,
            "visit": _visit,
            "review": _review,
            "draft": lambda d, f: _draft(d, f, offers),
            "delivery": lambda d, f: _delivery(d, f, offers),
            "outcome": _outcome,
        }[one.kind]
        return {"kind": one.kind, "at": one.at, "text": "", "badge": None, "quote": None, **tell(desk, one.facts)}

    return [told(one) for one in past]


def _offer_words(desk: Desk) -> OfferWords | None:
    try:
        return OfferWords(desk.language, active_catalogue(desk.shop().ledger)[1])
    except WinbackError:
        return None


def _offer(offers: OfferWords | None, offer: str) -> str:
    """By its name in the catalogue in force; one that is no longer in it by its id."""
    try:
        return offers.offer(offer) if offers else offer
    except (KeyError, StopIteration, WinbackError):
        return offer


def _order(desk: Desk, f: facts.Row) -> dict[str, Any]:
    t, currency = desk.words, desk.shop().currency
    total = money(f["total"], currency) if f["total"] is not None else t("past.no_total")
    items = [f"{one['quantity']} × {one['name']}" for one in f["items"]]
    rest = len(items) - _ITEMS
    said = t("comma").join(items[:_ITEMS]) + (t("past.rest", n=rest) if rest > 0 else "")
    status = f["status"]
    badge = None if status == "completed" else (t.or_plain("status", status), "warn")
    title = t("past.order", id=f["order_id"], total=total)
    return {"title": title, "text": said[:_LONGEST], "badge": badge}


def _visit(desk: Desk, f: facts.Row) -> dict[str, Any]:
    t = desk.words
    parts = [t(f"past.{name}", n=f[name]) for name in ("views", "searches", "cart_adds", "checkouts") if f[name]]
    return {"title": t("past.visits", n=max(f["sessions"], 1)), "text": t("comma").join(parts)}


def _review(desk: Desk, f: facts.Row) -> dict[str, Any]:
    t, mood = desk.words, f["sentiment"]
    stars = t("past.stars", n=f"{f['rating']:g}") if f["rating"] is not None else ""
    badge = (t.or_plain("sentiment", mood), _MOODS.get(mood, "")) if mood else None
    words = (f["text"] or "")[:_LONGEST] + ("…" if len(f["text"] or "") > _LONGEST else "")
    title = t("past.review", product=(f["product"] or "–")[:120])
    return {"title": title, "text": stars, "badge": badge, "quote": words or None}


def _draft(desk: Desk, f: facts.Row, offers: OfferWords | None) -> dict[str, Any]:
    t = desk.words
    channel = t.or_plain("channel", f["channel"])
    by = t("past.by", who=f["by"]) if f["by"] else ""
    text = t("comma").join(one for one in (by, (f["reason"] or "")[:_LONGEST]) if one)
    title = t("past.draft", id=f["id"], offer=_offer(offers, f["offer"]), channel=channel)
    return {"title": title, "text": text, "badge": (t.or_plain("state", f["state"]), "info")}


def _delivery(desk: Desk, f: facts.Row, offers: OfferWords | None) -> dict[str, Any]:
    return {"title": desk.words("past.delivery", id=f["draft"], offer=_offer(offers, f["offer"]), via=f["via"])}


def _outcome(desk: Desk, f: facts.Row) -> dict[str, Any]:
    t = desk.words
    worth = money(f["revenue"], desk.shop().currency) if f["revenue"] is not None else ""
    return {"title": t("past.outcome", what=t.or_plain("outcome", f["kind"])), "text": worth}
