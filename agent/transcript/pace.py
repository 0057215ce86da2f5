"""How quickly answers came."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from agent.memory import Memory
from agent.transcript.turns import Transcript


@dataclass(frozen=True)
class Pace:
    """Turns asked since a moment: how many, how many failed, and the median of the milliseconds to the whole answer."""

    count: int
    failed: int
    median_ms: float | None


def pace(memory: Memory, since: datetime) -> Pace:
    """The turns of all conversations asked since then."""
    Transcript(memory)
    with memory.cursor() as cursor:
        wanted = "SELECT state, total_ms FROM turns WHERE asked_at >= ?"
        rows = cursor.execute(wanted, (since.isoformat(),)).fetchall()
    took = [float(total) for _, total in rows if total is not None]
    return Pace(len(rows), sum(state == "failed" for state, _ in rows), median(took) if took else None)
