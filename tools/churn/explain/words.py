"""Reasons as statements, in English or Chinese: `usually orders every 23 days, last order 71 days ago`."""

import string
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tools.behaviour.wording import money
from tools.churn.explain.reasons import EVENTS
from tools.churn.explain.statements import complained_about, statement
from tools.churn.features import HORIZON

Reason = dict[str, Any]


def worded(reason: Reason, language: str, currency: str = "XXX", horizon_days: int = HORIZON) -> str:
    """The statement that a reason makes, without a full stop.

    `reason` is one of `reasons`; `currency` an ISO 4217 code (XXX: amounts without a symbol); `horizon_days` what the
    features were computed for, whose windows are as long.
    """
    numbers = {"days": horizon_days, **reason["numbers"]}
    about = complained_about(numbers)
    numbers |= {"about": about, "times": numbers.get(about[0], 1) if about else 0}
    key = statement(reason["reason"], reason["toward"], numbers)
    return _Filled(language, currency).format(_words()[language]["statements"][key], **numbers)


def telling(reasons: Sequence[Reason], toward: str, *, neutral: bool = True) -> list[Reason]:
    """The reasons of one direction, each fact once: those whose statement speaks for it, and where there are none the
    neutral ones, if wanted. The strongest comes first, then what went wrong, then the others by strength. Of reasons
    that tell the same fact lateness, which dates it, is kept."""
    supporting = _words()["supports"][toward]
    facts: dict[str, Reason] = {}
    plain: list[Reason] = []
    for reason in reasons:
        if reason["toward"] == toward:
            key = statement(reason["reason"], toward, reason["numbers"])
            if key in supporting:
                fact = _words()["same"].get(key, key)
                facts[fact] = reason if reason["reason"] == "lateness" else facts.get(fact, reason)
            else:
                plain.append(reason)
    found = list(facts.values()) or (plain if neutral else [])
    return found[:1] + sorted(found[1:], key=lambda one: one["reason"] not in EVENTS)


class _Filled(string.Formatter):
    """Fields such as `{since:day}`: a number with its noun in the right form, money, a share, or a named aspect."""

    def __init__(self, language: str, currency: str) -> None:
        self._language, self._currency = language, currency

    def format_field(self, value: Any, format_spec: str) -> str:
        tell: Callable[[Any], str] | None = {"money": self._money, "share": self._share, "aspects": self._aspects}.get(
            format_spec
        )
        return tell(value) if tell else self._counted(value, format_spec)

    def _counted(self, value: Any, noun: str) -> str:
        number = f"{value:,}" if isinstance(value, int) else str(value)
        if not noun:
            return number
        one, many = self._own("nouns")[noun]
        return (one if value == 1 else many).format(number)

    def _money(self, value: Any) -> str:
        return money(value, self._currency)

    def _share(self, value: Any) -> str:
        return f"{value:.0%}"

    def _aspects(self, value: Any) -> str:
        return str(_words()[self._language]["and"]).join(self._own("aspects")[name] for name in value)

    def _own(self, section: str) -> dict[str, Any]:
        return _words()[self._language][section]


@cache
def _words() -> dict[str, Any]:
    return yaml.safe_load((files("tools.churn.explain") / "wording.yaml").read_text("utf-8"))
