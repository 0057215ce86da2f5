"""Which statement a reason makes: the one that is true of the customer and speaks for its direction; where the plain
fact would sound like the opposite, the numbers alone."""

from collections.abc import Callable
from typing import Any

from tools.reviews.labels import ASPECTS

Numbers = dict[str, Any]
_LATELY = 90  # days as a customer that are few
_FEW = 3  # orders, products
_OFTEN = 0.3  # of what was bought


def statement(reason: str, toward: str, numbers: Numbers) -> str:
    """A key of `statements` in wording.yaml."""
    choose = _CHOICES.get(reason)
    if choose is None:
        return "unnamed"
    return f"{reason}_{choose(numbers, toward == 'leaving')}"


def _lateness(n: Numbers, leaving: bool) -> str:
    if n["orders"] == 1:
        return "once" if n["since"] else "once_today"
    if n["since"] == 0:
        return "today"
    if n.get("gap") is None:
        return "since"
    if leaving:
        return "overdue" if n["since"] > n["gap"] else "plain"
    return "due" if n["since"] <= n["gap"] else "plain"


def _frequency(n: Numbers, leaving: bool) -> str:
    if n["orders"] == 1:
        return "once"
    if leaving and n["orders"] <= _FEW:
        return "few"
    return "plain" if n["last"] else "none"


def _spend(n: Numbers, leaving: bool) -> str:
    if not n["last"] and not n["before"]:
        return "mean"
    if leaving and n["last"] < n["before"]:
        return "fell" if n["last"] else "nothing"
    return "plain" if not leaving and n["last"] >= n["before"] else "mixed"


def _trend(n: Numbers, leaving: bool) -> str:
    if not n["last"] and not n["before"]:
        return "none"
    return _change(n["last"], n["before"], leaving)


def _regularity(n: Numbers, leaving: bool) -> str:
    return "once" if n["orders"] == 1 else "plain"


def _tenure(n: Numbers, leaving: bool) -> str:
    return "short" if leaving and n["tenure"] < _LATELY else "plain"


def _range(n: Numbers, leaving: bool) -> str:
    if not n["categories"]:
        return "products"
    return "narrow" if leaving and n["categories"] == 1 and n["products"] <= _FEW else "plain"


def _discounts(n: Numbers, leaving: bool) -> str:
    if leaving and n["discounted"] >= _OFTEN:
        return "often"
    return "plain" if n["discounted"] else "none"


def _refunds(n: Numbers, leaving: bool) -> str:
    if n["refunded"]:
        return "plain" if not leaving or not n.get("refund") else "one" if n["refunded"] == 1 else "some"
    return "cancelled" if n.get("cancelled") else "none"


def _browsing(n: Numbers, leaving: bool) -> str:
    if not n["half_year"]:
        return "never"
    if leaving and not n["visits"] and n.get("visit"):
        return "silent" if n["before"] else "gone"
    return _change(n["visits"], n["before"], leaving)


def _change(now: int, before: int, leaving: bool) -> str:
    if now == before:
        return "mixed" if leaving else "plain"
    if leaving:
        return "fell" if now < before else "mixed"
    return "rose" if now > before else "mixed"


def _complaints(n: Numbers, leaving: bool) -> str:
    about = complained_about(n)
    if not n["reviews"]:
        return "unheard"
    if not n["complaints"] and not about:
        return "none"
    if not leaving or not (about or n.get("complaint")):
        return "plain"
    if len(about) > 1:
        return "about_several"
    if about:
        return "about_some" if n.get(about[0], 0) > 1 or n.get("aspect") != about[0] else "about_one"
    return "some" if n["complaints"] > 1 else "one"


def complained_about(numbers: Numbers) -> list[str]:
    """The aspects of the complaints of the last 120 days, the commonest and then the last one first, at most two; of
    older ones the last one's."""
    last = numbers.get("aspect")
    recent = sorted((name for name in ASPECTS if numbers.get(name)), key=lambda name: (-numbers[name], name != last))
    return recent[:2] or ([last] if last else [])


def _season(n: Numbers, leaving: bool) -> str:
    return "plain"


_CHOICES: dict[str, Callable[[Numbers, bool], str]] = {
    "lateness": _lateness,
    "frequency": _frequency,
    "spend": _spend,
    "trend": _trend,
    "regularity": _regularity,
    "tenure": _tenure,
    "range": _range,
    "discounts": _discounts,
    "refunds": _refunds,
    "browsing": _browsing,
    "complaints": _complaints,
    "season": _season,
    "taste": lambda n, leaving: "leave" if leaving else "stay",
}
