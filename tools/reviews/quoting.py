"""Showing what a customer wrote: one short, harmless line."""

import re

from store.review_index.text import visible

_LINK = re.compile(
    r"(?:https?|ftp)\s{0,2}[:：]\s{0,2}[/／]{2}[^\s<>\"'，。；！？、（）]+|(?<![A-Za-z0-9])www\.[^\s<>\"'，。；！？、（）]+"
    r"|(?<![A-Za-z0-9@.-])(?:[a-z0-9-]{1,63}\.){1,4}(?:com|net|org|cn|io|co|uk|shop|info|biz|xyz|top|ru|de|fr|me|ly)"
    r"(?![A-Za-z0-9.-]*@)(?![A-Za-z0-9-])(?:/[^\s<>\"'，。；！？、（）]*)?",
    re.IGNORECASE | re.ASCII,
)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}\s{0,1}@\s{0,1}[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}", re.ASCII)
_PHONE = re.compile(r"(?<![\d.,])(?:\+\s?)?\(?\d(?:[\s().-]{0,2}\d){6,14}(?![\d])")
_DATE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4}")
_QUOTES = str.maketrans({'"': "'", "“": "'", "”": "'", "„": "'", "«": "'", "»": "'", "「": "'", "」": "'", "`": "'"})
_ENDS = " \t,.;:!?，。；：！？、-"


def quote(text: str | None, limit: int = 160) -> str:
    """A review as one line of at most `limit` characters, fit to be shown between quotation marks.

    Tags, chat markers, control, zero-width and bidirectional characters are out; links read `[link]`, e-mail
    addresses and phone numbers `[contact]`; double quotes become single ones, so that no text can close its quotation;
    what is too long is cut at a word and ends in an ellipsis. Nothing readable gives "". Never raises.
    """
    line = visible(text)
    line = _LINK.sub("[link]", _MAIL.sub("[contact]", line))
    line = _PHONE.sub(_contact, line)
    return _cut(line.translate(_QUOTES), limit)


def _contact(match: re.Match[str]) -> str:
    digits = sum(char.isdigit() for char in match[0])
    return match[0] if digits < 7 or _DATE.fullmatch(match[0].strip()) else "[contact]"


def _cut(line: str, limit: int) -> str:
    if len(line) <= limit:
        return line
    head = line[: max(limit - 1, 0)]
    space = head.rfind(" ")
    if space > limit // 2 and not line[len(head)].isspace():
        head = head[:space]
    return head.rstrip(_ENDS) + "…"
