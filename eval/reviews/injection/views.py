"""Everything that a most willing reader could make of a text: hidden, encoded and scattered words brought to light."""

import base64
import binascii
import codecs
import html
import re
import unicodedata
from urllib.parse import unquote

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]")
_TAGS = re.compile("[\U000e0020-\U000e007e]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_HEX = re.compile(r"\b(?:[0-9a-fA-F]{2}[ ]?){12,}\b")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_LETTERS = re.compile(r"(?<![^\W_])(?:[^\W_][-._*·]){2,}[^\W_](?![^\W_])")
_CONTINUED = re.compile(
    r"[(（\[]?(?:to be continued|continued?(?: from| in)?[^)）\]]{0,30}|接上[^)）\]]{0,12}|未完[^)）\]]{0,12}|续[：:])"
    r"[)）\]]?",
    re.I,
)
_QUOTE_LINE = re.compile(r'^[^\n"]*: "(.*)"$', re.MULTILINE)
_LOOKALIKES = str.maketrans("аеорсухіјѕԁοαερικ", "aeopcyxijsdoaepik")


def views(text: str) -> list[str]:
    """The text in every reading, the plain one first."""
    shown = _INVISIBLE.sub("", text)
    whole = " ".join(_CONTINUED.sub(" ", words) for words in _QUOTE_LINE.findall(shown))
    readings = [
        text,
        shown,
        unicodedata.normalize("NFKC", shown).translate(_LOOKALIKES),
        html.unescape(shown),
        unquote(shown),
        _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), shown),
        _LETTERS.sub(lambda run: re.sub("[-._*·]", "", run[0]), shown).replace(" / ", " "),
        " ".join(_CONTINUED.sub(" ", shown).split()),
        " ".join(whole.split()),
        codecs.encode(shown, "rot13"),
        shown[::-1],
        *_hidden(text),
        *_encoded(shown),
    ]
    return list(dict.fromkeys(readings))


def _hidden(text: str) -> list[str]:
    """Words written in tag characters, which nothing shows."""
    return ["".join(chr(ord(char) - 0xE0000) for char in run) for run in _TAGS.findall(text)]


def _encoded(text: str) -> list[str]:
    found: list[str] = []
    for run in _BASE64.findall(text):
        try:
            found.append(base64.b64decode(run + "=" * (-len(run) % 4), validate=True).decode())
        except (binascii.Error, UnicodeDecodeError):
            continue
    for run in _HEX.findall(text):
        try:
            found.append(bytes.fromhex(run.replace(" ", "")).decode())
        except (ValueError, UnicodeDecodeError):
            continue
    return found
