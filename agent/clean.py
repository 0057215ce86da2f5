"""Text from outside, without what could pass for the chat's own machinery."""

import re

# Control characters other than tab and newline, lone surrogates, and everything that is invisible or turns the
# reading direction: soft hyphen, zero-width space, bidi marks and isolates, word joiner, BOM, tags, selectors.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffc\U000e0000-\U000e0fff]"
)
_JOINERS = re.compile("[\u200c\u200d]")
_MARKERS = re.compile(
    r"<\|[^<>|\n]{0,40}\|>"
    r"|<｜[^<>\n]{0,40}｜>"
    r"|</?\s*(?:tool_calls?|tool_response|tools|function|think|system|assistant|user|im_start|im_end|s)\s*>"
    r"|<function=[^<>\n]{0,80}>|<parameter=[^<>\n]{0,80}>"
    r"|\[/?INST\]|<</?SYS>>|<<<+|>>>+",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """A person's own words: invisible characters and chat markers removed, line ends made `\\n`."""
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _without_markers(text)


def clean_untrusted(text: str) -> str:
    """What customers or tools wrote: as `clean`, and without joiners, which can hide a word inside a word."""
    return _without_markers(_INVISIBLE.sub("", _JOINERS.sub("", text)))


def _without_markers(text: str) -> str:
    # Taking a marker out can make a new one from what stood around it.
    while True:
        text, taken = _MARKERS.subn("", text)
        if not taken:
            return text
