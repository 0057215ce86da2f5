"""Texts that cannot be labelled as they stand: what is done about it, and the remark that says so."""

import re

from tools.reviews.polarity.text import MOST

NO_TEXT = "no text"
NO_WORDS = "no words"
WRONGLY_DECODED = "read as wrongly decoded UTF-8"
DAMAGED = "damaged characters"
LONG = "long: beginning and end were read"
# What UTF-8 turns into when it is read as Windows-1252: a head byte's letter and the signs of what follows it.
_MOJIBAKE = re.compile(
    "[\u00c2-\u00c5\u00ce-\u00d1\u00d7-\u00df\u00e0-\u00ef\u00f0][\u0080-\u00bf\u2013-\u203a\u20ac\u2122\u0152-\u0178\u02c6\u02dc]"
)
_TO_BYTES = {code: code for code in range(256)} | {
    ord(char): code for code in range(128, 160) if (char := bytes([code]).decode("cp1252", "ignore"))
}


def readable(text: str | None) -> tuple[str | None, str]:
    """The text to be labelled, and a remark where it is not the text as given or says little ("" otherwise)."""
    if text is None or not text or text.isspace():
        return text, NO_TEXT
    if not text.isascii():
        if _MOJIBAKE.search(text) and (decoded := _decoded(text)):
            return decoded, WRONGLY_DECODED
        if "\ufffd" in text:
            return text, DAMAGED
    if len(text) > MOST:
        return text, LONG
    if not any(map(str.isalnum, text)):
        return text, NO_WORDS
    return text, ""


def _decoded(text: str) -> str | None:
    try:
        return bytes(_TO_BYTES[ord(char)] for char in text).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return None
