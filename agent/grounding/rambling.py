"""Small models sometimes go round in circles; such an answer is none."""

import re
from collections import Counter

_UNIT = re.compile(r"[一-鿿]|[^\W_]+")
_RUN = 4
_TIMES = 3


def rambles(text: str) -> bool:
    """Whether some run of four words (or Chinese characters) stands in `text` three times or more."""
    units = [unit.casefold() for unit in _UNIT.findall(text) if not unit.isdigit()]
    runs = Counter(tuple(units[at : at + _RUN]) for at in range(len(units) - _RUN + 1))
    return any(count >= _TIMES for count in runs.values())
