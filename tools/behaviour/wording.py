"""How figures read: money with its symbol, counts with commas, shares in per cent."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tools.behaviour.metrics import Unit

SYMBOLS = {"GBP": "£", "USD": "$", "EUR": "€", "CNY": "¥", "JPY": "¥", "BRL": "R$", "INR": "₹", "KRW": "₩", "XXX": ""}


def figure(value: Any, unit: Unit, currency: str) -> str:
    """A metric's value as it should be quoted; None, where there is nothing to divide by, is `none`."""
    if value is None:
        return "none"
    if unit == "money":
        return money(value, currency)
    if unit == "count":
        return f"{int(value):,}"
    return f"{_rounded(value * 100, '0.1'):,}%" if unit == "share" else f"{_rounded(value, '0.01'):,}"


def money(value: Any, currency: str) -> str:
    """`£1,234.50`; a currency without a familiar symbol keeps its code: `CHF 1,234.50`."""
    amount = _rounded(value, "0.01")
    sign = "-" if amount < 0 else ""
    return f"{sign}{SYMBOLS.get(currency, currency + ' ')}{abs(amount):,}"


def plain(value: Any, unit: Unit) -> int | float | None:
    """A metric's value as a table cell."""
    if value is None:
        return None
    if unit == "count":
        return int(value)
    return float(_rounded(value, "0.01" if unit == "money" else "0.0001"))


def span(start: date, end: date) -> str:
    return f"{start} to {end}"


def listed(items: list[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def counted(number: int, noun: str) -> str:
    """`1 order`, `2 orders`."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def _rounded(value: Any, step: str) -> Decimal:
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return exact.quantize(Decimal(step), ROUND_HALF_UP)
