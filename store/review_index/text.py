"""A review's text before it is indexed or shown: only what a reader sees, and not more than is worth reading."""

import hashlib
import html
import re
import unicodedata

MOST_READ = 4000
_TAG = re.compile(r"<!--.*?(?:-->|$)|</?[a-zA-Z!?][^<>]{0,300}>|<\|[^<>|]{0,40}\|>", re.DOTALL)
_WRITTEN = re.compile("[^，。！？：；（）、…～]+")  # Chinese punctuation stays as it was written


def visible(text: str | None, most: int = MOST_READ) -> str:
    """The first `most` characters of a text as one line without tags and without anything a reader cannot see."""
    if not text:
        return ""
    text = text[:most]
    if "<" in text or "&" in text:
        text = _untagged(text)
    if not text.isascii():
        text = text.encode("utf-8", "ignore").decode("utf-8")
        text = _WRITTEN.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)
    if not text.isprintable():
        text = "".join(map(_shown, text))
    if "<" in text:
        text = _untagged(text)
    return " ".join(text.split())


def text_key(text: str | None) -> str:
    """What equal texts share: the first 32 hexadecimal digits of the SHA-256 of the text without space around it."""
    return hashlib.sha256((text or "").strip().encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _untagged(text: str) -> str:
    """Entities are read first, and taking a tag out can make a new one of what stood around it."""
    for _ in range(8):
        bare = _TAG.sub(" ", html.unescape(text))
        if bare == text:
            return bare
        text = bare
    return text.replace("<", " ").replace(">", " ")


def _shown(char: str) -> str:
    kind = unicodedata.category(char)
    return "" if kind in ("Cf", "Cs", "Cn", "Co") else " " if kind[0] in "CZ" else char
