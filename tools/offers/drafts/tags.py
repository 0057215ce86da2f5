"""Merge tags: what stands in a text for what only the export knows."""

import re
from collections.abc import Mapping
from datetime import datetime

from babel.dates import format_date

from store.errors import WinbackError
from tools.offers.drafts.model import Brief

TAG = re.compile(r"\{\{\s*(\w*)\s*\}\}")
KNOWN = ("first_name", "code", "valid_until", "opt_out")
_NAME = "Margaret"  # as long as first names mostly are
_NOT_GSM = "ûç"
_CODE_LETTERS = 11  # what follows the prefix of a code


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its tags filled; what looks like a tag in a value stays text.

    Raises WinbackError for a tag that `values` does not have.
    """
    unknown = sorted({name for name in TAG.findall(text) if name not in values})
    if unknown:
        raise WinbackError(
            f"The text has a merge tag {{{{{unknown[0]}}}}} that nothing fills; known are {', '.join(KNOWN)}."
        )
    return TAG.sub(lambda found: values[found[1]], text)


def untagged(text: str) -> str:
    """The text without its tags."""
    return TAG.sub(" ", text)


def as_sent(text: str, brief: Brief) -> str:
    """The text about as long as it will be: with a usual name, a code, the date and the opt-out line."""
    values = {
        "first_name": _NAME if brief.language != "zh" else "王小明",
        "code": (brief.offer.code or "") + "X" * _CODE_LETTERS if brief.offer.code else "",
        "valid_until": day(brief.valid_until or datetime(2026, 12, 28), brief.language, brief.channel),
        "opt_out": brief.opt_out or "",
    }
    return TAG.sub(lambda found: values.get(found[1], ""), text)


def day(moment: datetime, language: str, channel: str | None = None) -> str:
    """The date as it is written in a language: `26. Dezember 2026`, `2026年12月26日`.

    For an SMS in figures where a letter of the month would shorten the message by half: `03/08/2026` for `3 août 2026`.
    """
    written = str(format_date(moment.date(), "long", locale=language))
    costly = channel == "sms" and any(one in written for one in _NOT_GSM)
    return f"{moment:%d/%m/%Y}" if costly else written
