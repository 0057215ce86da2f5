"""The form that plans a campaign, and what is shown while that goes on."""

import secrets
from collections.abc import Iterator, Mapping
from concurrent.futures import TimeoutError as NotYet
from decimal import Decimal
from pathlib import Path
from typing import Any

from markupsafe import Markup

from store.errors import WinbackError
from tools.behaviour.segments import rules
from tools.offers.catalogue import active_catalogue
from tools.offers.funnel.terms import CHANNELS
from tools.offers.planning import PlanRequest
from tools.offers.planning.text import Telling
from tools.words import parse_count, parse_money
from ui.app.campaigns.planner import Planner
from ui.app.frame import Desk, Templates, Visit

_render = Templates(Path(__file__).parent)
_TONES = ("warm", "formal", "playful", "apologetic")
_PAUSE = 0.5


def form(desk: Desk, given: Mapping[str, Any] | None = None, problem: str = "") -> Markup:
    """With what was filled in before, where it could not be planned."""
    shop, catalogue = desk.shop(), active_catalogue(desk.shop().ledger)[1]
    with shop.warehouse.pinned():
        countries = shop.warehouse.table("customers").select("country").distinct().to_pyarrow()["country"].to_pylist()
    return _render(
        "plan",
        t=desk.words,
        desk=desk,
        given=given or {},
        first=given is None,
        problem=problem,
        token=secrets.token_urlsafe(12),
        segments=list(dict.fromkeys([*rules(scored=True), "everyone"])),
        countries=sorted(name for name in countries if name),
        channels=CHANNELS,
        languages=sorted({language for offer in catalogue.offers for language in offer.texts}),
        tones=_TONES,
        offers=[(one.id, one.name.get(desk.language) or one.name["en"]) for one in catalogue.offers],
    )


def planned(desk: Desk, visit: Visit) -> Iterator[Markup]:
    """Progress, then the plan in words, or the form again with what was wrong."""
    try:
        job = desk.site.service(Planner).start(visit.text("token", 40), visit.actor, _request(desk, visit))
        while True:
            yield _render("planning", t=desk.words, written=job.written)
            try:
                report = job.result.result(_PAUSE)
                break
            except NotYet:
                continue
        catalogue = active_catalogue(desk.shop().ledger)[1]
        said = Telling(desk.language, catalogue).lines(report)
        yield _render("planned", t=desk.words, desk=desk, report=report, said=said, without_model=job.without_model)
    except WinbackError as problem:
        yield form(desk, visit.data, str(problem))


def _request(desk: Desk, visit: Visit) -> PlanRequest:
    """Raises WinbackError for what cannot be read; the rest is checked where it is planned."""
    data = visit.data
    segment = [name.removeprefix("segment_") for name in data if name.startswith("segment_")][:20]
    if not segment:
        raise WinbackError(desk.words("form.one_segment"))
    offers = [name.removeprefix("offer_") for name in data if name.startswith("offer_")][:200]
    country, budget, limit = (visit.text(name, 60) for name in ("country", "budget", "limit"))
    return PlanRequest(
        segment=segment,
        filters={"country": country} if country else {},
        budget=Decimal(str(parse_money(budget))) if budget else None,
        channel=visit.text("channel", 20) or None,
        language=visit.text("lang", 20) or None,
        tone=visit.text("tone", 20) or None,
        limit=parse_count(limit) if limit else None,
        name=visit.text("name", 200) or None,
        offers=offers or None,
    )
