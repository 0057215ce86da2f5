"""The speed of a plain transformer encoder: 12 layers of width 384 (as MiniLM-L12 has), float32, random weights.

python training/reviews/plain_encoder.py FILE.csv ROWS

Runs with torch alone, on one thread, and prints one JSON object. It is favoured: reviews are cut at 512 pieces and come
in batches of like length, and pieces are made by a regular expression instead of a tokenizer.
"""

import csv
import json
import re
import sys
import time
from itertools import islice

import torch
from torch import nn

WIDTH, LAYERS, HEADS, INNER = 384, 12, 12, 1536
VOCABULARY, LONGEST, BATCH = 30_000, 512, 32
# A word of up to six letters is a piece, as is a Chinese character or a sign.
_PIECE = re.compile(r"[A-Za-z']{1,6}|[0-9]{1,3}|[^\sA-Za-z0-9']")


def pieces(text: str) -> list[int]:
    return [hash(piece) % VOCABULARY for piece in _PIECE.findall(text)][:LONGEST] or [0]


class Encoder(nn.Module):
    """Pieces in, three classes out."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.places = nn.Embedding(LONGEST, WIDTH)
        layer = nn.TransformerEncoderLayer(WIDTH, HEADS, INNER, activation="gelu", batch_first=True)
        self.layers = nn.TransformerEncoder(layer, LAYERS)
        self.out = nn.Linear(WIDTH, 3)

    def forward(self, ids: torch.Tensor, padded: torch.Tensor) -> torch.Tensor:
        hidden = self.words(ids) + self.places(torch.arange(ids.shape[1]))
        hidden = self.layers(hidden, src_key_padding_mask=padded)
        kept = (~padded).unsqueeze(-1)
        return self.out((hidden * kept).sum(1) / kept.sum(1))


def main() -> None:
    path, rows = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(1)
    model = Encoder().eval()
    with open(path, encoding="utf-8", newline="") as handle:
        texts = [row["text"] for row in islice(csv.DictReader(handle), rows)]
    started = time.perf_counter()
    spent = time.process_time()
    coded = sorted(map(pieces, texts), key=len)
    with torch.inference_mode():
        for at in range(0, len(coded), BATCH):
            batch = coded[at : at + BATCH]
            longest = len(batch[-1])
            ids = torch.tensor([one + [0] * (longest - len(one)) for one in batch])
            padded = torch.tensor([[place >= len(one) for place in range(longest)] for one in batch])
            model(ids, padded)
    seconds, spent = time.perf_counter() - started, time.process_time() - spent
    mean = sum(map(len, coded)) / len(coded)
    print(
        json.dumps({"rows": len(texts), "seconds": seconds, "cpu_s": spent, "pieces": mean, "torch": torch.__version__})
    )


if __name__ == "__main__":
    main()
