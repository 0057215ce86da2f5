"""How risk reads: the answer first, one statement a line."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

import yaml

from tools.behaviour.compute import Filter
from tools.behaviour.members import Taken
from tools.behaviour.profile_facts import Row
from tools.behaviour.wording import money
from tools.churn.explain import telling, worded
from tools.churn.risk.asked import Asked
from tools.churn.risk.scores import LIKELY, Made, Purchases, Ranking

SHOWN = 10  # rows of a list that are told; the others are in the table
_ROOM, _ROW = 465, 50  # of a list and of a row: words, numbers, marks and Chinese characters
_SURE = 0.995
_UNITS = re.compile(r"[一-鿿]|\d+|[^\W\d_]+|[^\w\s]")
_NAMED = 4  # reasons of one customer, of one direction


class Telling:
    """Statements in one language about one shop's scores."""

    def __init__(self, language: str, currency: str, made: Made) -> None:
        self._words, self._language, self._currency, self._made = _words()[language], language, currency, made

    def say(self, key: str, **values: object) -> str:
        return str(self._words[key]).format(days=self._made.horizon_days, **values)

    def listed(self, ranking: Ranking, asked: Asked) -> list[str]:
        """The head with the totals, a line for each row, and what `at risk` means."""
        if not ranking.rows:
            return [self.say("no_more" if ranking.total else "nobody", whom=self._whom(ranking, asked))]
        shown = ranking.rows[:SHOWN]
        lines = [self._head(ranking, asked, shown)]
        lines += self._rows(shown, asked, _ROOM - _size(lines[0]))
        in_table = len(ranking.rows) - len(shown)
        lines += [self.say("in_table", number=in_table)] if in_table else []
        if ranking.silent:
            key = "silent_one" if ranking.silent == 1 else "silent"
            lines.append(self.say(key, silent=self._count(ranking.silent)))
        return [*lines, *([self.say("meaning")] if ranking.value is not None else [])]

    def one(self, row: Row, segments: Sequence[str], bought: Purchases) -> list[str]:
        """A customer: how likely, what it would cost, why, and what else bears on it."""
        directions = ("leaving", "staying") if row["churn_probability"] > LIKELY else ("staying", "leaving")
        value, chance = self.money(row["value_at_risk"]), self._chance(row["churn_probability"])
        lines = [self.say("customer", customer=row["customer_id"], chance=chance, value=value)]
        lines += [line for toward in directions if (line := self._why(row, toward))]
        if row["expected_spend"] is not None:
            expected, retained = self.money(row["expected_spend"]), self.money(row["spend_if_retained"])
            lines.append(self.say("expected", expected=expected, retained=retained))
        lines.append(self.say("compared", safer=f"{row['safer']:.0%}"))
        lines.append(self._bought(bought))
        lines.append(self.say("segments", list=self._words["comma"].join(segments)) if segments else "")
        return [line for line in lines if line]

    def reasons(self, row: Row, toward: str = "leaving") -> list[str]:
        """The statements of a score's reasons of one direction."""
        found = telling(json.loads(row["reasons"] or "[]"), toward, neutral=toward == "leaving")
        return [worded(one, self._language, self._currency, row["horizon_days"]) for one in found]

    def money(self, value: Any) -> str:
        return self._words["unknown"] if value is None else money(value, self._currency)

    def taken(self, taken: Taken) -> list[str]:
        return [self.say("taken", said=said, meant=meant) for said, meant in taken]

    def notes(self, today: datetime) -> list[str]:
        """What must be known to read scores rightly: that they are old, or rest on little."""
        made = self._made
        old = made.as_of.date() < today.date()
        lines = [self.say("old", as_of=made.as_of.date(), today=today.date())] if old else []
        named = made.model_version.split("-")
        return lines + [said for kind, said in self._words["fallbacks"].items() if kind in named]

    def _bought(self, bought: Purchases) -> str:
        last = bought.last_order.date() if bought.last_order else None
        return self.say("orders", last=last, orders=self._count(bought.orders), spend=self.money(bought.spend))

    def _head(self, ranking: Ranking, asked: Asked, shown: Sequence[Row]) -> str:
        key = "head" if not asked.offset else "head_from"
        place = {"first": asked.offset + 1, "last": asked.offset + len(shown), "shown": self._count(len(shown))}
        return self.say(
            f"{key}_{asked.sort}" if len(shown) > 1 else f"{key}_one_{asked.sort}",
            likely=self._count(ranking.likely),
            whom=self._whom(ranking, asked),
            value=self.money(ranking.value),
            above=self.say("above") if self._all_above(ranking, shown) else "",
            **place,
        )

    def _all_above(self, ranking: Ranking, shown: Sequence[Row]) -> bool:
        """Whether the rows are told to be riskier than average: not where everybody is likely to leave."""
        return ranking.usual < LIKELY and all(row["churn_probability"] > ranking.usual for row in shown)

    def _rows(self, rows: Sequence[Row], asked: Asked, room: int) -> list[str]:
        """A line for each: the money, the chance, the main reason, and further ones where there is room, the first
        rows first."""
        reasons = [self.reasons(row) for row in rows]
        lines = [self._row(row, asked, place) for place, row in enumerate(rows, asked.offset + 1)]
        lines = [self._joined([line, *some[:1]]) for line, some in zip(lines, reasons, strict=True)]
        room -= sum(map(_size, lines)) + len(lines)
        for nth, place in product((1, 2), range(len(lines))):
            longer = self._joined([lines[place], *reasons[place][nth : nth + 1]])
            more = _size(longer) - _size(lines[place])
            if _size(longer) <= _ROW and more <= room:
                room, lines[place] = room - more, longer
        return [line + self._words["stop"] for line in lines]

    def _row(self, row: Row, asked: Asked, place: int) -> str:
        value, chance = self.money(row["value_at_risk"]), self._chance(row["churn_probability"])
        return self.say(f"row_{asked.sort}", place=place, customer=row["customer_id"], value=value, chance=chance)

    def _why(self, row: Row, toward: str) -> str | None:
        statements = self.reasons(row, toward)[:_NAMED]
        return self.say(toward, list=self._joined(statements)) if statements else None

    def _whom(self, ranking: Ranking, asked: Asked) -> str:
        """How many customers the rows were chosen from, and which."""
        named = [f"{self._words['dimensions'][one.dimension]} {self._values(one)}" for one in asked.filters]
        scope = self.say("scope", list=self._words["comma"].join(named)) if named else ""
        current = self.say("current") if ranking.silent is not None else ""
        return self.say(
            "whom_one" if ranking.total == 1 else "whom", total=self._count(ranking.total), scope=scope, current=current
        )

    def _values(self, chosen: Filter) -> str:
        if chosen.dimension == "product":
            return chosen.said.removeprefix(chosen.dimension).strip()
        return str(self._words["and" if chosen.dimension == "segment" else "or"]).join(chosen.values)

    def _joined(self, statements: Sequence[str]) -> str:
        return str(self._words["then"]).join(statements)

    def _chance(self, probability: float) -> str:
        """Nothing is told as certain."""
        if probability > _SURE:
            return self._words["nearly_sure"]
        return self._words["hardly"] if probability < 1 - _SURE else f"{probability:.0%}"

    def _count(self, number: int) -> str:
        return f"{number:,}"


def unscored(language: str, anybody_bought: bool) -> str:
    """Why a shop has no scores at all."""
    return str(_words()[language]["unscored_shop" if anybody_bought else "nobody_bought"])


def _size(text: str) -> int:
    """How long a text is to say: words, numbers, marks and Chinese characters."""
    return len(_UNITS.findall(text))


@cache
def _words() -> dict[str, dict[str, Any]]:
    return yaml.safe_load((files("tools.churn.risk") / "wording.yaml").read_text("utf-8"))
