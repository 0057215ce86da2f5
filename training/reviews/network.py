"""The deep side of the student: two convolutions over word pieces (Kim 2014, arXiv:1408.5882).

Its forward pass is that of `tools/reviews/polarity/network.py`, which runs it with numpy.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.reviews.pieces import PAD


@dataclass(frozen=True)
class Sizes:
    pieces: int
    width: int = 64
    channels: int = 96
    hidden: int = 96


class Student(nn.Module):
    """Logits (rows, 3) of negative, neutral, positive from padded piece ids (rows, length)."""

    def __init__(self, sizes: Sizes, vectors: Tensor, drop: float = 0.2):
        super().__init__()
        self.drop = drop
        self.words = nn.Embedding.from_pretrained(vectors, freeze=False, padding_idx=PAD)
        self.first = nn.Conv1d(sizes.width, sizes.channels, 3, padding=1)
        self.second = nn.Conv1d(sizes.channels, sizes.channels, 3, padding=1)
        self.hidden = nn.Linear(2 * sizes.channels, sizes.hidden)
        self.out = nn.Linear(sizes.hidden, 3)

    def forward(self, ids: Tensor) -> Tensor:
        real = (ids != PAD)[:, None, :]
        x = functional.dropout(self.words(ids), self.drop / 2, self.training).transpose(1, 2)
        x = functional.relu(self.first(x)) * real
        x = (functional.relu(self.second(x)) + x) * real
        highest = x.max(2).values
        mean = x.sum(2) / torch.sqrt(real.sum(2) + 1.0)
        pooled = functional.dropout(torch.cat([highest, mean], 1), self.drop, self.training)
        return self.out(functional.dropout(functional.relu(self.hidden(pooled)), self.drop, self.training))


def start_vectors(words: np.ndarray, width: int) -> Tensor:
    """The first `width` principal components of piece vectors (V, 384), unit variance on average; PAD is nothing."""
    centred = words - words.mean(0)
    values, axes = np.linalg.eigh(np.cov(centred, rowvar=False))
    found = centred @ axes[:, np.argsort(values)[::-1][:width]]
    found = found / np.sqrt(found.var())
    found[PAD] = 0
    return torch.from_numpy(found.astype(np.float32))
