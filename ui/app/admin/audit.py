"""Searching the audit: who did what, and when."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import String, cast
from sqlmodel import col, func, select

from store.ledger import ToolCallAudit
from ui.app.frame import Desk, Templates, Visit
from ui.app.shown import table

_render = Templates(Path(__file__).parent)
_PAGE = 50
_LONGEST = 300
_COLUMNS = ("at", "who", "role", "tool", "arguments", "rows", "ms", "error")


@dataclass(frozen=True)
class Asked:
    """What is looked for; days are inclusive."""

    who: str
    tool: str
    text: str
    start: str
    end: str
    errors: bool
    page: int

    def query(self, page: int) -> dict[str, Any]:
        given = {"who": self.who, "tool": self.tool, "text": self.text, "from": self.start, "to": self.end}
        kept = {name: value for name, value in given.items() if value}
        return {"part": "audit", **kept, **({"errors": 1} if self.errors else {}), "page": page}


class Audit:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ledger = desk.site.doorkeeper.ledger

    def act(self, visit: Visit) -> str:
        return self.shown(visit)

    def shown(self, visit: Visit) -> str:
        asked = _asked(visit)
        wanted = _conditions(asked)
        newest = select(ToolCallAudit).where(*wanted).order_by(col(ToolCallAudit.id).desc())
        with self._ledger.session() as session:
            count = session.exec(select(func.count()).select_from(ToolCallAudit).where(*wanted)).one()
            found = session.exec(newest.offset(asked.page * _PAGE).limit(_PAGE)).all()
            acts = session.exec(select(ToolCallAudit.tool).distinct().order_by(ToolCallAudit.tool)).all()
        words = self._desk.words
        more = (asked.page + 1) * _PAGE < count
        return _render(
            "audit",
            t=words,
            here=self._desk.url("admin"),
            asked=asked,
            acts=acts,
            count=count,
            table=table(
                _COLUMNS,
                [_row(one) for one in found],
                language=self._desk.language,
                names={name: words(f"audit.{name}") for name in _COLUMNS},
                name="audit",
            ),
            newer=self._desk.url("admin", **asked.query(asked.page - 1)) if asked.page else "",
            older=self._desk.url("admin", **asked.query(asked.page + 1)) if more else "",
        )


def _asked(visit: Visit) -> Asked:
    return Asked(
        who=visit.text("who", 64),
        tool=visit.text("tool", 64),
        text=visit.text("text", 120),
        start=_day(visit.text("from", 10)),
        end=_day(visit.text("to", 10)),
        errors=visit.text("errors") == "1",
        page=min(visit.number("page") or 0, 100_000),
    )


def _conditions(asked: Asked) -> list[Any]:
    made: list[Any] = []
    if asked.who:
        made.append(col(ToolCallAudit.actor) == asked.who)
    if asked.tool:
        made.append(col(ToolCallAudit.tool) == asked.tool)
    if asked.text:
        made.append(cast(col(ToolCallAudit.arguments), String).contains(asked.text, autoescape=True))
    if asked.start:
        made.append(col(ToolCallAudit.at) >= datetime.combine(date.fromisoformat(asked.start), time()))
    if asked.end:
        made.append(col(ToolCallAudit.at) < datetime.combine(date.fromisoformat(asked.end), time()) + timedelta(days=1))
    if asked.errors:
        made.append(col(ToolCallAudit.error).is_not(None))
    return made


def _day(given: str) -> str:
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        return ""


def _row(one: ToolCallAudit) -> list[Any]:
    arguments = json.dumps(one.arguments, ensure_ascii=False)
    shown = arguments if len(arguments) <= _LONGEST else f"{arguments[:_LONGEST]}…"
    at = f"{one.at:%Y-%m-%d %H:%M:%S}"
    return [at, one.actor, one.role, one.tool, shown, one.rows, round(one.duration_ms), one.error or ""]
