"""Hashed n-grams of many texts at once, without a loop over texts or characters.

Character 1-4-grams where Chinese or signs take part, character 3-4-grams and word 1-3-grams elsewhere. Hashes are
polynomial ones over 64-bit integers that wrap around; a word's is a difference of running sums, shifted back by the
power's inverse. A hash's upper bits choose a slot of a table, its lower ones tell whether the n-gram there is the same
one, in place of a dictionary.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BITS = 20
MARK_BITS = 15
LONGEST = 4
_STEP = np.uint64(0x9E3779B97F4A7C15)
_BACK = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))
_MIX = np.uint64(0xD6E8FEB86659FD93)
_BREAK = 10


def slots(hashes: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Each hash's slot in a table of 2 ** BITS rows, and its mark, above 0 and exact in float32."""
    places = (hashes >> np.uint64(64 - BITS)).astype(np.int64)
    return places, (hashes & np.uint64((1 << MARK_BITS) - 1)).astype(np.float32) + np.float32(1)


def ngrams(texts: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes (m,) of all n-grams, text after text, and the number (n,) of them in each text."""
    codes = np.frombuffer("\n".join([*texts, ""]).encode("utf-32-le"), np.uint32)
    codes = np.where((codes >= 48) & (codes <= 57), np.uint32(48), codes)
    owner = np.cumsum(codes == _BREAK) - (codes == _BREAK)
    latin = ((codes >= 97) & (codes <= 122)) | (codes == 48) | (codes == 39) | ((codes >= 0xDF) & (codes <= 0x24F))
    hashes, owners = _characters(codes, owner, latin)
    spelt, owned = _words(codes, owner, latin)
    all_hashes, all_owners = np.concatenate([*hashes, *spelt]), np.concatenate([*owners, *owned])
    order = np.argsort(all_owners, kind="stable")
    return _mixed(all_hashes[order]), np.bincount(all_owners, minlength=len(texts))


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    hashes = (hashes ^ (hashes >> np.uint64(32))) * _MIX
    return hashes ^ (hashes >> np.uint64(29))


Parts = tuple[list[NDArray[np.uint64]], list[NDArray[np.int64]]]


def _characters(codes: NDArray[np.uint32], owner: NDArray[np.int64], latin: NDArray[np.bool_]) -> Parts:
    plain = latin | (codes == 32)
    hashes, owners = list[NDArray[np.uint64]](), list[NDArray[np.int64]]()
    rolling, fits, dull = codes.astype(np.uint64) + np.uint64(1), codes != _BREAK, plain
    for n in range(1, LONGEST + 1):
        if n > 1:
            last = codes[n - 1 :]
            size = len(last)
            rolling = rolling[:size] * _STEP + last + np.uint64(n)
            fits, dull = fits[:size] & (last != _BREAK), dull[:size] & plain[n - 1 :]
        kept = np.flatnonzero(fits if n > 2 else fits & ~dull)
        hashes.append(rolling[kept])
        owners.append(owner[kept])
    return hashes, owners


def _words(codes: NDArray[np.uint32], owner: NDArray[np.int64], latin: NDArray[np.bool_]) -> Parts:
    """Words and pairs and triples of them that stand within one text."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], latin, [False]]).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    powers = np.cumprod(np.full(len(codes), _STEP))
    back = np.cumprod(np.full(len(codes), _BACK))
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(codes.astype(np.uint64) * powers)])
    single = (sums[ends] - sums[starts]) * back[starts] if len(starts) else np.zeros(0, np.uint64)
    belongs = owner[starts]
    hashes, owners, rolling = [single], [belongs], single
    for n in (1, 2):
        rolling = rolling[:-1] * _STEP + single[n:] + np.uint64(n)
        within = belongs[: len(belongs) - n] == belongs[n:]
        hashes.append(rolling[: len(within)][within])
        owners.append(belongs[: len(belongs) - n][within])
    return hashes, owners
