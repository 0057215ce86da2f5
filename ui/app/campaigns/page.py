"""The page of campaigns: which part of it the URL asks for, and what its buttons do."""

from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup

from store.errors import WinbackError
from ui.app.campaigns.asides import policy, policy_act, pressure, why
from ui.app.campaigns.campaign import campaign
from ui.app.campaigns.deciding import decided
from ui.app.campaigns.listing import listing
from ui.app.campaigns.outcomes import outcomes
from ui.app.campaigns.planning import form, planned
from ui.app.frame import Desk, Templates, Visit, panel

_render = Templates(Path(__file__).parent)
Notice = tuple[str, str] | None


def build(desk: Desk) -> None:
    box = panel()

    def shown(visit: Visit) -> Markup:
        return _view(desk, visit)

    def acted(visit: Visit) -> Markup:
        if visit.query.get("view") == "policy":
            return _view(desk, visit, policy_act(desk, visit))
        return _view(desk, visit, decided(desk, visit, _id(visit)))

    def sent(visit: Visit) -> Iterator[Markup]:
        if visit.text("act") == "plan":
            yield from planned(desk, visit)
        else:
            yield acted(visit)

    desk.on_load(shown, box)
    desk.bind(box.click, acted, None, box)
    desk.bind(box.submit, sent, None, box)


def _id(visit: Visit) -> int | None:
    given = visit.query.get("id", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def _view(desk: Desk, visit: Visit, notice: Notice = None) -> Markup:
    try:
        if "id" in visit.query:
            return campaign(desk, visit, _id(visit) or 0, notice)
        if "why" in visit.query:
            return why(desk, visit)
        if visit.query.get("view") == "pressure":
            return pressure(desk, visit)
        if visit.query.get("view") == "policy":
            return policy(desk, visit, notice)
        if visit.query.get("view") == "outcomes":
            return outcomes(desk, visit)
        return form(desk) if "plan" in visit.query else listing(desk, visit)
    except WinbackError as problem:
        return _render("problem", t=desk.words, desk=desk, said=str(problem))
