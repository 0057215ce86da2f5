"""Cleaning of review text before it is scored: what people paste, type and stress, brought to one form."""

import html
import re
import unicodedata
from functools import cache

from tools.words.text import FOLDER

MOST = 2000
HEAD = 1300
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]{0,300}>", re.DOTALL)
_REPEATED = re.compile(r"([^\d\s])\1{2,}")
_SKIPPED = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


_GLAD = "😀😁😃😄😆😊🙂😍🥰😘😋😎🤗🤩👍👏💪🙏❤💕💖💗💯🎉🌹✌👌😻🥳"
_SORRY = "😞😟😠😡😢😣😤😥😩😫😭😔😒🙁☹😖👎💔🤬🤮🤢😾🙄😑😨💩"


@cache
def _plainer() -> dict[int, str]:
    """Traditional characters to simplified ones, faces and hands to the two oldest smileys."""
    traditional, simple = (FOLDER / "traditional.txt").read_text(encoding="utf-8").split()
    known = dict(zip(map(ord, traditional), simple, strict=True))
    return known | dict.fromkeys(map(ord, _GLAD), " :) ") | dict.fromkeys(map(ord, _SORRY), " :( ")


def clean(text: str | None) -> str:
    """Lower case, one width, simplified characters, :) and :( for faces; no tags, entities, control signs or repeats.

    A text over `MOST` characters keeps its beginning and its end. Never raises.
    """
    if not text:
        return ""
    if "<" in text or "&" in text:
        text = html.unescape(_TAG.sub(" ", _cut(text)))
    text = _cut(text)
    if not text.isascii():
        text = text.encode("utf-8", "ignore").decode("utf-8")
        text = _SKIPPED.sub("", unicodedata.normalize("NFKC", text)).translate(_plainer())
    text = _CONTROL.sub(" ", text).lower()
    return " ".join(_REPEATED.sub(r"\1\1", text).split())


def _cut(text: str) -> str:
    return text if len(text) <= MOST else f"{text[:HEAD]} {text[HEAD + 1 - MOST :]}"
