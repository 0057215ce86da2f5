"""Sums of money as people write them: £2,000, 2k, two grand, 两千块, 500 euros, 2.000,50 €."""

import re
from decimal import Decimal
from typing import Any

from tools.result import ToolError
from tools.words.numbers import only_number
from tools.words.text import fold, shorten

_CONTINENTAL = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?(?![\d.,])|(?<![\d.,])\d+,\d{1,2}(?![\d.,])")


def parse_money(value: Any) -> Decimal:
    """The amount, without its currency. Raises ToolError unless there is exactly one, and not below zero."""
    number = None
    if not isinstance(value, bool):
        text = fold(str(value))
        text = _CONTINENTAL.sub(lambda m: m[0].replace(".", "").replace(",", "."), text)
        text = re.sub(r"(?<=\d)[, ](?=\d{3}(?!\d))", "", text)
        text = re.sub(r"[£$€¥₹₩]|\b(?:gbp|usd|eur|cny|rmb|jpy|chf)(?=\d)", " ", text)
        number = None if re.search(r"(?<![\w.])-\s*\d", text) else only_number(text)
    if number is None:
        raise ToolError(f"I need one sum of money such as 2000 or £1.5k where you wrote {shorten(str(value))!r}.")
    return number
