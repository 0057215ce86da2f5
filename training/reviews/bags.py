"""Texts as the student reads them: pieces and n-gram slots, in batches."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from tools.reviews.polarity.ngrams import BITS, ngrams, slots
from tools.reviews.polarity.pieces import shortened
from training.reviews.pieces import PAD, UNKNOWN, marked


def chosen_marks(texts: Sequence[str], least: int) -> np.ndarray:
    """(2 ** BITS,) float32 marks of the n-grams found in at least `least` texts; 0 is an empty slot.

    Of two n-grams that fall on one slot the commoner has it.
    """
    parts = []
    for start in range(0, len(texts), 4096):
        hashes, counts = ngrams(texts[start : start + 4096])
        owners = np.repeat(np.arange(len(counts), dtype=np.uint64), counts)
        parts.append(np.unique(_distinct(hashes, owners), return_counts=True))
    hashes, places = np.unique(np.concatenate([found for found, _ in parts]), return_inverse=True)
    frequency = np.bincount(places, np.concatenate([counts for _, counts in parts]))
    common = np.flatnonzero(frequency >= least)
    rising = common[np.argsort(frequency[common], kind="stable")]
    marks = np.zeros(1 << BITS, np.float32)
    where, found = slots(hashes[rising])
    marks[where] = found
    return marks


def _distinct(hashes: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """Hashes with repeats only between texts, not within one."""
    order = np.lexsort((hashes, owners))
    sorted_hashes, sorted_owners = hashes[order], owners[order]
    first = np.ones(len(order), bool)
    first[1:] = (sorted_hashes[1:] != sorted_hashes[:-1]) | (sorted_owners[1:] != sorted_owners[:-1])
    return sorted_hashes[first]


def _known(texts: Sequence[str], marks: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Slots of the n-grams that have one, their number in each text, and the number of all n-grams."""
    hashes, counts = ngrams(texts)
    places, found = slots(hashes)
    has_slot = marks[places] == found
    owners = np.repeat(np.arange(len(counts)), counts)
    return places[has_slot].astype(np.int32), np.bincount(owners[has_slot], minlength=len(texts)), counts


class Bags:
    """Everything the network needs of many cleaned texts, held as two flat arrays.

    `marks` (2 ** BITS,) says which n-gram each slot of the table is for; n-grams without a slot are left out, though
    `counts` has them.
    """

    def __init__(self, texts: Sequence[str], tokenizer: Tokenizer, marks: np.ndarray):
        found = tokenizer.encode_batch_fast(marked(texts), add_special_tokens=False)
        rows = [shortened(encoding.ids) if text else [] for text, encoding in zip(texts, found, strict=True)]
        self.lengths = np.array([len(row) for row in rows])
        self.ids = np.fromiter((i for row in rows for i in row), np.int32, int(self.lengths.sum()))
        parts = [_known(texts[i : i + 512], marks) for i in range(0, len(texts), 512)]
        self.slots, self.known, self.counts = (np.concatenate(column) for column in zip(*parts, strict=True))
        self.id_ends, self.slot_ends = np.cumsum(self.lengths), np.cumsum(self.known)

    def batch(self, rows: np.ndarray, rng: np.random.Generator | None = None, hide: float = 0.0) -> Tensor:
        """Padded piece ids of these rows; `hide` is the share of pieces replaced by unknown."""
        ids = np.full((len(rows), max(1, int(self.lengths[rows].max()))), PAD, np.int64)
        for i, row in enumerate(rows):
            ids[i, : self.lengths[row]] = self.ids[self.id_ends[row] - self.lengths[row] : self.id_ends[row]]
        if rng and hide:
            ids[(rng.random(ids.shape) < hide) & (ids != PAD)] = UNKNOWN
        return torch.from_numpy(ids)

    def alike(
        self, size: int, rng: np.random.Generator | None, chosen: np.ndarray | None = None
    ) -> Iterator[np.ndarray]:
        """Rows of like length in groups whose pieces come to about `size`; those `chosen` by a mask, or all."""
        noise = rng.uniform(0, 4, len(self.lengths)) if rng else 0
        order = np.argsort(self.lengths + noise, kind="stable")
        order = order if chosen is None else order[chosen[order]]
        cost = np.cumsum(np.maximum(self.lengths[order], 12))
        groups = np.split(order, np.flatnonzero(np.diff(cost // size)) + 1)
        for i in rng.permutation(len(groups)) if rng else range(len(groups)):
            yield groups[i]
