"""The steps of the funnel, customer by customer, as they are kept with a decision."""

from typing import Any, cast

import numpy as np

from tools.offers.catalogue.model import NOTHING
from tools.offers.funnel.arrays import Array
from tools.offers.funnel.caps import NEVER
from tools.offers.funnel.choice import HOLDOUT, RULED_OUT, TREATED, Choice
from tools.offers.funnel.crowd import Crowd
from tools.offers.funnel.state import State
from tools.offers.funnel.terms import CHANNELS, NUMBER, REASONS

Record = dict[str, Any]
_FIRST = ("candidates", "eligible", "consent", "contact_policy")


class Traces:
    """Traces of one choice. Customers to whom the same happened share the records of the steps before the budget, so
    these must not be changed."""

    def __init__(self, crowd: Crowd, state: State, choice: Choice) -> None:
        self._crowd, self._state, self._choice = crowd, state, choice
        self._shared: dict[tuple[Any, ...], list[Record]] = {}
        self._offers = crowd.terms.offers
        reasons = choice.reached.reasons
        self._lacking = _some(np.isin(reasons, [NUMBER["minimum_margin"], NUMBER["minimum_orders"]]))
        self._full = _some((reasons >= NUMBER["cap_day"]) & (reasons <= NUMBER["cap_week_all"]))
        self._moments = np.unique(crowd.moments.astype("int64"), return_inverse=True)[1].tolist()

    def of(self, place: int) -> list[Record]:
        """What each step left and ruled out, and the numbers it went by; up to the step that left nothing."""
        before = self._before(place)
        if not before[-1]["left"]:
            return before
        steps = [*before, self._budget(place, before[-1]["left"])]
        return steps if self._choice.arm_of(place) == RULED_OUT else [*steps, self._chosen(place)]

    def out(self, place: int) -> dict[str, tuple[str, str]]:
        """Each offer that was ruled out, with the step and the reason."""
        row = cast(list[int], self._choice.reasons[place].tolist())
        return {self._offers[column]: REASONS[number] for column, number in enumerate(row) if number}

    def _before(self, place: int) -> list[Record]:
        choice, people = self._choice, self._crowd.people
        reasons = choice.reached.reasons[place]
        upset = people.complained_at[place] if choice.reached.upset[place] else None
        facts = self._needed(place, reasons) if self._lacking[place] else {}
        until = self._until(place, reasons) if self._full[place] else {}
        key = (
            reasons.tobytes(),
            self._state.consent[place].tobytes(),
            people.language[place],
            people.segments[place],
            self._moments[place],
            upset,
            tuple(facts.items()),
            tuple(until.items()),
        )
        if key not in self._shared:
            self._shared[key] = self._steps(place, cast(list[int], reasons.tolist()), upset, facts, until)
        return self._shared[key]

    def _steps(self, place: int, reasons: list[int], upset: Any, facts: Record, until: Record) -> list[Record]:
        numbers: dict[str, Record] = {
            "candidates": {"segments": sorted(self._crowd.people.segments[place])},
            "eligible": {**self._languages(place), **facts},
            "consent": {"channels": [name for nth, name in enumerate(CHANNELS) if self._state.consent[place, nth]]},
            "contact_policy": self._policy(place, upset, until),
        }
        left, steps = list(range(1, len(self._offers))), list[Record]()
        for step in _FIRST:
            out = {
                self._offers[column]: REASONS[reasons[column]][1]
                for column in left
                if REASONS[reasons[column]][0] == step
            }
            left = [column for column in left if self._offers[column] not in out]
            steps.append(_record(step, [self._offers[column] for column in left], out, numbers[step]))
            if not left:
                break
        return steps

    def _languages(self, place: int) -> Record:
        """The wanted language, and the offers whose text is in another for want of one."""
        wanted = self._crowd.terms.language or self._crowd.people.language[place]
        row = cast(list[int], self._crowd.texts[place].tolist())
        named = {self._offers[column]: self._crowd.languages[text] for column, text in enumerate(row) if text >= 0}
        other = {offer: language for offer, language in named.items() if language != wanted}
        return {"language": wanted, **({"texts": other} if other else {})}

    def _needed(self, place: int, reasons: Array) -> Record:
        """What the customer has of what a minimum asks for, where it was not enough."""
        people, found = self._crowd.people, Record()
        if (reasons == NUMBER["minimum_margin"]).any():
            margin = float(people.margin[place])
            found["margin"] = None if np.isnan(margin) else round(margin, 4)
        if (reasons == NUMBER["minimum_orders"]).any():
            found["orders"] = int(people.orders[place])
        return found

    def _until(self, place: int, reasons: Array) -> dict[str, str | None]:
        """Channel by channel, until when no further contact is allowed: where that ruled an offer out."""
        reached = self._choice.reached
        columns = np.flatnonzero((reasons >= NUMBER["cap_day"]) & (reasons <= NUMBER["cap_week_all"]))
        channels = sorted({int(reached.channels[place, column]) for column in columns})
        found = {CHANNELS[channel]: reached.capped.until[place, channel] for channel in channels}
        return {name: None if moment == NEVER else _iso(moment) for name, moment in found.items()}

    def _policy(self, place: int, upset: Any, until: Record) -> Record:
        moment = self._crowd.moments[place]
        numbers: Record = {} if np.isnat(moment) else {"send_after": _iso(moment)}
        if until:
            numbers["capped_until"] = until
        if upset is not None:
            numbers["complained_at"] = upset.isoformat(timespec="seconds")
        return numbers

    def _budget(self, place: int, left: list[str]) -> Record:
        choice = self._choice
        numbers: Record = {"left": round(float(choice.left[place]) / 100, 2)}
        if choice.rank[place] >= 0:
            numbers["rank"] = int(choice.rank[place]) + 1
        out = {offer: reason for offer, (step, reason) in self.out(place).items() if step == "budget"}
        if choice.arm_of(place) != RULED_OUT:
            numbers["reserved"] = round(float(choice.reserved[place]) / 100, 2)
        return _record("budget", [offer for offer in left if offer not in out], out, numbers)

    def _chosen(self, place: int) -> Record:
        """The holdout gets nothing whatever was drawn."""
        arm = self._choice.arm_of(place)
        offer = self._offers[int(self._choice.picked[place])] if arm == TREATED else NOTHING
        chance = 1.0 if arm == HOLDOUT else float(self._choice.probabilities[place, self._choice.picked[place]])
        return _record("chosen", [offer] if arm == TREATED else [], {}, {"arm": arm, "propensity": chance})


def _some(flags: Array) -> Array:
    """(n,) bool: whether a row has one."""
    return cast(Array, flags.any(axis=1))


def _record(step: str, left: list[str], out: dict[str, str], numbers: Record) -> Record:
    return {"step": step, "left": left, "out": out, "numbers": numbers}


def _iso(moment: np.datetime64) -> str:
    return str(moment.astype("datetime64[s]"))
