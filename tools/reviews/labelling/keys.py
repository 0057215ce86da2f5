"""The key under which a text's label is kept: texts that differ only in blank space or Unicode form share one."""

import hashlib
import unicodedata

_HEX = 32


def text_key(text: str | None) -> str:
    """32 hexadecimal characters: the head of SHA-256 over the text in NFC with blank space evened out."""
    even = " ".join((text or "").split())
    if not even.isascii():
        even = unicodedata.normalize("NFC", even)
    return hashlib.sha256(even.encode("utf-8", "surrogatepass")).hexdigest()[:_HEX]
