"""The forward pass of the student with numpy: a table of n-grams beside two convolutions over word pieces.

"Wide & deep" (Cheng et al. 2016, arXiv:1606.07792) with the convolutions of Kim (2014, arXiv:1408.5882). The texts of a
batch stand in one stream with a padding piece, whose values are kept at nothing, around each.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tools.reviews.polarity.ngrams import slots
from tools.reviews.polarity.pieces import PAD

Floats = NDArray[np.float32]
SPAN = 3


class Network:
    """Weights as float32; `int8` tensors come with a `.scale`, one a row or one for all."""

    def __init__(self, tensors: Mapping[str, NDArray[np.generic]]):
        def read(name: str) -> Floats:
            value = tensors[name].astype(np.float32)
            scale = tensors.get(f"{name}.scale")
            return value if scale is None else value * scale.astype(np.float32)

        self._wide: Floats = np.concatenate([read("wide"), read("marks")[:, None]], axis=1)
        self._words = read("words")
        self._first, self._first_bias = read("first"), read("first_bias")
        self._second, self._second_bias = read("second"), read("second_bias")
        self._hidden, self._hidden_bias = read("hidden"), read("hidden_bias")
        self._out, self._out_bias = read("out"), read("out_bias")

    def wide(self, hashes: NDArray[np.uint64], counts: NDArray[np.int64]) -> Floats:
        """(n, 3) logits: the sum of the known n-grams' rows over the root of the number of all."""
        places, marks = slots(hashes)
        rows = self._wide.take(places, axis=0)
        rows *= (rows[:, 3] == marks)[:, None]
        sums = np.zeros((len(counts), 4), np.float32)
        some = np.flatnonzero(counts)
        if len(some):
            sums[some] = np.add.reduceat(rows, (np.cumsum(counts) - counts)[some], axis=0)
        return sums[:, :3] / np.sqrt(counts + 4).astype(np.float32)[:, None]

    def deep(self, rows: Sequence[list[int]]) -> Floats:
        """(n, 3) logits of rows of piece ids."""
        lengths = np.fromiter(map(len, rows), np.int64, len(rows))
        stream = np.full(int(lengths.sum()) + len(rows) + 2, PAD, np.int64)
        ends = np.cumsum(lengths + 1)
        is_piece = np.ones(len(stream), np.bool_)
        is_piece[0] = is_piece[-1] = is_piece[ends] = False
        stream[is_piece] = [piece for row in rows for piece in row]
        return self._head(self._pooled(self._convolved(stream, ~is_piece), ends - lengths, lengths))

    def _convolved(self, stream: NDArray[np.int64], padding: NDArray[np.bool_]) -> Floats:
        x = _conv(self._words.take(stream, axis=0), self._first, self._first_bias)
        x[padding] = 0
        y = _conv(x, self._second, self._second_bias)
        y += x
        return y

    def _pooled(self, x: Floats, starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> Floats:
        """The highest and the summed value of each channel, the sum over the root of the length."""
        channels = x.shape[1]
        out = np.zeros((len(starts), 2 * channels), np.float32)
        for row, (start, length) in enumerate(zip(starts.tolist(), lengths.tolist(), strict=True)):
            if length:
                part = x[start : start + length]
                part.max(axis=0, out=out[row, :channels])
                part.sum(axis=0, out=out[row, channels:])
        out[:, channels:] /= np.sqrt(lengths + 1).astype(np.float32)[:, None]
        return out

    def _head(self, pooled: Floats) -> Floats:
        inner = np.maximum(pooled @ self._hidden + self._hidden_bias, 0)
        return inner @ self._out + self._out_bias


def _conv(x: Floats, weights: Floats, bias: Floats) -> Floats:
    """ReLU of a convolution over three places; `weights` are (3 * in, out); (t, in) -> (t, out), the ends nothing."""
    width = x.shape[1]
    windows = sliding_window_view(x.ravel(), SPAN * width)[::width]
    out = np.zeros((len(x), weights.shape[1]), np.float32)
    inner = out[1:-1]
    np.matmul(windows, weights, out=inner)
    inner += bias
    np.maximum(inner, 0, out=inner)
    return out
