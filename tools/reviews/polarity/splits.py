"""Which split a review belongs to: decided by its text alone, so that equal texts never stand on both sides.

Training and evaluation both read this module; nothing else decides.
"""

import hashlib
import re
from typing import Literal

from tools.reviews.polarity.text import clean

Split = Literal["train", "dev", "test"]
TEST_SHARE = 15
DEV_SHARE = 10
_IGNORED = re.compile(r"[\W_]+")


def split_of(text: str) -> Split:
    """`test` for 15 % of all texts, `dev` for 10 %, by SHA-1 of the cleaned text without spaces and punctuation."""
    cleaned = clean(text)
    key = _IGNORED.sub("", cleaned) or cleaned
    bucket = int(hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()[:8], 16) % 100
    if bucket < TEST_SHARE:
        return "test"
    return "dev" if bucket < TEST_SHARE + DEV_SHARE else "train"
