"""From which moments of the past a model learns."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LONG = 3  # horizons of history from which on every cut-off can look a whole horizon ahead and as far back
_SHARES = (1 / 3, 4 / 9, 5 / 9, 2 / 3)  # of a shorter history, where the cut-offs then lie
_STEPS = 3
_LEAST = 7  # days ahead


@dataclass(frozen=True)
class CutOff:
    """Customers as known at `at`, and what followed in the next `days`."""

    at: datetime
    days: int

    @property
    def end(self) -> datetime:
        return self.at + timedelta(days=self.days)


@dataclass(frozen=True)
class Plan:
    """Cut-offs to learn from, oldest first, none looking past `now`; and the rehearsal: cut-offs whose outcomes end by
    `rehearsal.at`, from which a model is made that `rehearsal` then judges."""

    now: datetime
    cut_offs: list[CutOff]
    rehearsal: CutOff
    rehearsed: list[CutOff]


def plan(as_of: datetime, horizon_days: int, history: int) -> Plan:
    """Where the history (days) is short against the horizon, outcomes are watched for as long as there is, and the
    rehearsal stands in its middle: there, too, the time ahead is as long as the time behind."""
    if history >= LONG * horizon_days:
        chosen = _long(as_of, horizon_days, history)
        stage = CutOff(as_of - timedelta(days=horizon_days), horizon_days)
        return Plan(as_of, chosen, stage, [one for one in chosen if one.end <= stage.at])
    ahead = min(horizon_days, history // 2)
    stage = CutOff(as_of - timedelta(days=ahead), ahead)
    return Plan(as_of, _short(as_of, horizon_days, history), stage, _short(stage.at, ahead, history - ahead))


def _long(as_of: datetime, horizon_days: int, history: int) -> list[CutOff]:
    room = history - 2 * horizon_days
    step = min(horizon_days // 2, room // _STEPS)
    ago = [horizon_days + step * place for place in range(_STEPS)]
    ago.append(max(horizon_days + step * _STEPS, 2 * horizon_days))  # the rehearsal needs one whose outcomes are over
    return [CutOff(as_of - timedelta(days=days), horizon_days) for days in reversed(ago)]


def _short(as_of: datetime, horizon_days: int, history: int) -> list[CutOff]:
    ago = {max(_LEAST, round(history * (1 - share))) for share in _SHARES}
    return [CutOff(as_of - timedelta(days=days), min(days, horizon_days)) for days in sorted(ago, reverse=True)]
