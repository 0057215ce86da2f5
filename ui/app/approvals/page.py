"""The page approvals."""

from pathlib import Path

import gradio as gr

from ui.app.frame import Desk, Templates, Visit, panel

_render = Templates(Path(__file__).parent)


def build(desk: Desk) -> None:
    title = panel()

    def shown(visit: Visit) -> str:
        return _render("page", t=desk.words, title=desk.words("page.approvals"), name=visit.actor.id)

    desk.on_load(shown, title)
    gr.Textbox(label="A box", placeholder="Type")
    gr.Button("Go", variant="primary")
