"""The same words once more, as they read when what may be hidden in them is brought to light."""

import codecs
import re
from collections.abc import Iterable
from functools import lru_cache

_SPELT = re.compile(r"(?<![^\W_])(?:[^\W_][\s.\-_·*]+){3,}[^\W_](?![^\W_])")
_BETWEEN = re.compile(r"[\s.\-_·*]+")
_LEET = str.maketrans("013457@$", "oleastas")


def decoded(texts: Iterable[str]) -> list[str]:
    """Rotated by 13, read backwards, without gaps between single letters, and without figures in place of letters."""
    return [variant for text in texts for variant in _variants(text)]


@lru_cache(maxsize=512)
def _variants(text: str) -> tuple[str, ...]:
    made = (
        codecs.encode(text, "rot13"),
        text[::-1],
        _SPELT.sub(lambda run: _BETWEEN.sub("", run[0]), text),
        text.translate(_LEET),
        " ".join(text.split()[::-1]),
    )
    return tuple(variant for variant in dict.fromkeys(made) if variant != text)
