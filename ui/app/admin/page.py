"""Admin: users, model, data and refresh, audit, catalogue; one part at a time, named in the address."""

from pathlib import Path

import gradio as gr

from ui.app.admin.audit import Audit
from ui.app.admin.catalogue import Catalogues
from ui.app.admin.data import Data
from ui.app.admin.model import Model
from ui.app.admin.users import Users
from ui.app.frame import Desk, Templates, Visit, panel

_render = Templates(Path(__file__).parent)
_PARTS = ("users", "model", "data", "audit", "catalogue")
_EVERY_S = 2.0


def build(desk: Desk) -> None:
    """The part's own panel answers its buttons and forms; the panel of the refresh is empty elsewhere."""
    parts = {
        "users": Users(desk),
        "model": Model(desk),
        "data": Data(desk),
        "audit": Audit(desk),
        "catalogue": Catalogues(desk),
    }
    data = parts["data"]
    assert isinstance(data, Data)

    def tabs(visit: Visit) -> str:
        here = _part(visit)
        entries = [
            {"name": desk.words(f"admin.{one}"), "url": desk.url("admin", part=one), "here": one == here}
            for one in _PARTS
        ]
        return _render("tabs", t=desk.words, parts=entries)

    def shown(visit: Visit) -> str:
        return parts[_part(visit)].shown(visit)

    def act(visit: Visit) -> str:
        return parts[_part(visit)].act(visit)

    def refresh(visit: Visit) -> tuple[str, gr.Timer]:
        if _part(visit) != "data":
            return "", gr.Timer(active=False)
        html, running = data.refresh(visit)
        return html, gr.Timer(active=running)

    head, body, below = panel(), panel(), panel()
    clock = gr.Timer(_EVERY_S, active=False)
    desk.on_load(tabs, head)
    desk.on_load(shown, body)
    desk.on_load(refresh, [below, clock])
    desk.bind(body.click, act, outputs=body)
    desk.bind(body.submit, act, outputs=body)
    desk.bind(below.click, refresh, outputs=[below, clock])
    desk.bind(clock.tick, refresh, outputs=[below, clock])


def _part(visit: Visit) -> str:
    asked = visit.query.get("part", "")
    return asked if asked in _PARTS else _PARTS[0]
