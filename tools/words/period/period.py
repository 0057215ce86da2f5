"""`parse_period`: a stretch of time as people say it -> its first and last day."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from tools.result import ToolError
from tools.words.period import chinese, english
from tools.words.period.holidays import marked
from tools.words.period.label import label
from tools.words.period.ranges import Bounds, bounds
from tools.words.text import fold, has_cjk, shorten

EXAMPLES = "2011-11, 2011-09..2011-11, last month, last 30 days, Q3 2011, since September, 上个月 or 2011年9月到11月"
_LONGEST = 150
_WRAPPING = " \"'`()[]{}<>,;:!?。，；：！？、"
_NOTHING = {"", "weeks", "fortnights", "months", "quarters", "seasons", "years"}
_SHORT_YEAR = re.compile(r"(?:^|(?<=\s))'(?=\d\d\b)")
_LEAD = re.compile(r"^(?:(?:in|for|during|over|throughout|across|on|the|of|从|在|自)\s+|[从在自](?=[\u3400-\u9fff\d]))")
_FUTURE = re.compile(
    r"\b(?:next|tomorrow|upcoming|coming|future)\b|明[天日年]|后天|下一?个?(?:周|月|季度|星期|礼拜)|未来|将来|接下来"
)


@dataclass(frozen=True)
class Period:
    """First and last day, both included; None where that end is open, both None for all time.

    `canonical` is what `parse_period` reads back as the same: `2011-09-01..2011-11-30`, `2011-09-01..`, `..2011-06-30`
    or `all`. `label` is for people: `September to November 2011`.
    """

    start: date | None
    end: date | None
    canonical: str
    label: str


def parse_period(text: str, as_of: datetime) -> Period:
    """The period that `text` means on the day of `as_of`. Raises ToolError where it is not understood."""
    phrase = _SHORT_YEAR.sub("20", fold(text)).strip(_WRAPPING) if len(text) <= _LONGEST else ""
    phrase = phrase if phrase.endswith("..") else phrase.rstrip(". ")
    if {phrase, _LEAD.sub("", phrase)} & (english.everything() | chinese.everything()):
        return _period(None, None)
    try:
        if phrase not in _NOTHING and (found := _bounds(phrase, as_of)):
            return _period(*found)
    except (ValueError, OverflowError):
        pass
    raise ToolError(_unknown(text, phrase, as_of))


def _bounds(phrase: str, as_of: datetime) -> Bounds | None:
    if phrase.startswith("..") or phrase.endswith(".."):
        phrase = f"until {phrase[2:]}" if phrase.startswith("..") else f"since {phrase[:-2]}"
    text = marked(phrase.replace("_", " "))
    if has_cjk(text):
        text = chinese.to_english(english.dates_marked(text, day_first=False))
    return bounds(english.plain(english.dates_marked(text)), as_of)


def _period(start: date | None, end: date | None) -> Period:
    canonical = f"{start or ''}..{end or ''}" if start or end else "all"
    return Period(start, end, canonical, label(start, end))


def _unknown(text: str, phrase: str, as_of: datetime) -> str:
    if _FUTURE.search(phrase):
        return f"{shorten(text)!r} lies in the future: the shop's data ends on {as_of:%Y-%m-%d}."
    return f"I can't read {shorten(text)!r} as a period; write for example {EXAMPLES}."
