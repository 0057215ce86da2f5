"""A tool call: what was asked, how long it took, where its numbers come from."""

import json

from markupsafe import Markup

from ui.app.frame.html import Templates
from ui.app.frame.words import Language, Words
from ui.app.shown.table import HERE, artifact_table, rows_said
from ui.app.shown.views import StepView

_MOST = 4000


def step(call: StepView, language: Language) -> Markup:
    """The call as something to open, closed at first."""
    words = Words(HERE, language)
    artifact = call.artifact
    return Templates(HERE)(
        "step",
        t=words,
        step=call,
        name=words.or_plain("tool", call.tool),
        took=words("step.took", rows=rows_said(words, call.rows), ms=f"{call.duration_ms:,.0f}"),
        arguments=json.dumps(call.arguments, ensure_ascii=False, default=str)[:_MOST],
        definition=" ".join((artifact.definition or "").split()) if artifact else "",
        sql=((artifact.sql or "").strip()[:_MOST]) if artifact else "",
        table=artifact_table(artifact, language) if artifact else Markup(""),
    )
