"""Trains the student on the teacher's labels: `python -m training.reviews.student --labels DIR --teacher DIR …`.

Knowledge distillation (Hinton et al. 2015, arXiv:1503.02531): a row's target is a blend of the teacher's probabilities
and its source's label. Adam, linear warm-up and decay. The table of n-grams is fitted beside it, to the labels of the
sources alone.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional

from tools.reviews.polarity.text import clean
from training.reviews import data as reviews
from training.reviews import wide
from training.reviews.bags import Bags, chosen_marks
from training.reviews.e5 import read
from training.reviews.network import Sizes, Student, start_vectors
from training.reviews.pieces import build

WEIGHTS = {"review": 1.0, "titled": 1.0, "title": 0.5, "plain": 1.0, "written": 1.0, "extra": 0.6}
SHARES = {"extra": 0.5}
SMOOTH = 0.02


@dataclass(frozen=True)
class Plan:
    labels: Path
    teacher: Path
    wheel: Path
    data: Path
    out: Path
    epochs: int = 6
    tokens: int = 8000
    rate: float = 2e-3
    word_rate: float = 1e-3
    cost: float = 4.0
    hide: float = 0.08
    least: int = 3
    seed: int = 5
    threads: int = 1
    resume: Path | None = None
    without: str = ""


def softmax(logits: np.ndarray) -> np.ndarray:
    odds = np.exp(logits - logits.max(1, keepdims=True))
    return odds / odds.sum(1, keepdims=True)


def gold(labels: np.ndarray) -> np.ndarray:
    """(n, 3) smoothed labels of the sources; even where a text has none."""
    found = np.full((len(labels), 3), SMOOTH, np.float32)
    found[labels < 0] = 1 / 3
    found[np.flatnonzero(labels >= 0), labels[labels >= 0]] = 1 - 2 * SMOOTH
    return found


def targets(found: dict[str, np.ndarray]) -> np.ndarray:
    """(n, 3) blends of the teacher's probabilities and the smoothed labels of the sources."""
    trust = found["trust"].astype(np.float32)[:, None]
    return ((1 - trust) * softmax(found["logits"]) + trust * gold(found["labels"])).astype(np.float32)


def tokenizer_and_vectors(plan: Plan, width: int):
    kept = json.loads((plan.teacher / "kept.json").read_text())
    packed = read(plan.wheel)
    words = packed.tensors["emb.word"].reshape(-1, packed.hidden)[kept]
    return build(packed, kept), start_vectors(words, width)


def _narrowed(texts: list[str], found: dict[str, np.ndarray], group: str) -> tuple[list[str], dict[str, np.ndarray]]:
    """Without the reviews of a category."""
    kept = found["groups"] != group
    return [texts[i] for i in np.flatnonzero(kept)], {name: column[kept] for name, column in found.items()}


class Run:
    def __init__(self, plan: Plan):
        torch.manual_seed(plan.seed)
        torch.set_num_threads(plan.threads)
        plan.out.mkdir(parents=True, exist_ok=True)
        self.plan, self.rng, self.started = plan, np.random.default_rng(plan.seed), time.time()
        self.tokenizer, vectors = tokenizer_and_vectors(plan, Sizes.width)
        texts = json.loads((plan.labels / "texts.json").read_text(encoding="utf-8"))
        with np.load(plan.labels / "labels.npz") as file:
            found = {name: file[name] for name in file.files}
        if plan.without:
            texts, found = _narrowed(texts, found, plan.without)
        labelled = np.flatnonzero(found["labels"] >= 0)
        self.marks = chosen_marks([texts[i] for i in labelled], plan.least)
        self.bags, self.kinds = Bags(texts, self.tokenizer, self.marks), found["kinds"]
        self.targets, self.labels = torch.from_numpy(targets(found)), found["labels"]
        self.weights = torch.tensor([WEIGHTS[kind] for kind in self.kinds])
        self.model = Student(Sizes(len(vectors)), vectors)
        if plan.resume:
            state = load_file(plan.resume / "student.safetensors")
            self.model.load_state_dict({name: state[name] for name in self.model.state_dict()})
        rest = [p for n, p in self.model.named_parameters() if n != "words.weight"]
        self.optimizer = torch.optim.Adam(
            [{"params": rest, "lr": plan.rate}, {"params": [self.model.words.weight], "lr": plan.word_rate}]
        )
        self.dev = {name: self._dev(rows) for name, rows in _dev_reviews(plan.data).items()}

    def _dev(self, rows: list[reviews.Review]) -> tuple[Bags, np.ndarray]:
        return Bags([clean(r.text) for r in rows], self.tokenizer, self.marks), np.array([r.label for r in rows])

    def rows(self) -> np.ndarray:
        """The rows of one epoch: all of most kinds, another share of the extra text each time."""
        share = np.array([SHARES.get(kind, 1.0) for kind in self.kinds])
        return self.rng.random(len(share)) < share

    def go(self) -> None:
        """The table first, then the network, then both to `out`."""
        plan = self.plan
        self.table = self.fitted_table()
        self.log({"table": int((self.marks > 0).sum()), **self.check(lambda bags: wide.matrix(bags) @ self.table)})
        groups = [list(self.bags.alike(plan.tokens, self.rng, self.rows())) for _ in range(plan.epochs)]
        total, step = sum(map(len, groups)), 0
        schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda s: min((s + 1) / 150, max(0.01, (total - s) / total))
        )
        for epoch, found in enumerate(groups):
            self.model.train()
            losses = []
            for group in found:
                losses.append(self.step(group))
                schedule.step()
                step += 1
            figures = self.check(lambda bags: student_logits(self.model, bags))
            self.log({"epoch": epoch + 1, "loss": round(float(np.mean(losses)), 4), **figures})
        state = {k: v.contiguous() for k, v in self.model.state_dict().items()}
        state |= {"wide": torch.from_numpy(self.table), "marks": torch.from_numpy(self.marks)}
        save_file(state, str(plan.out / "student.safetensors"))
        self.tokenizer.save(str(plan.out / "pieces.json"))

    def fitted_table(self) -> np.ndarray:
        """From the labels of the sources alone, so that the two sides err on different texts."""
        known = np.flatnonzero(self.labels >= 0)
        x = wide.matrix(self.bags)[known]
        return wide.fit(x, gold(self.labels)[known], self.weights.numpy()[known], self.plan.cost)

    def step(self, group: np.ndarray) -> float:
        logits = self.model(self.bags.batch(group, self.rng, self.plan.hide))
        losses = functional.cross_entropy(logits, self.targets[group], reduction="none")
        loss = (losses * self.weights[group]).sum() / self.weights[group].sum()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return float(loss.detach())

    def check(self, logits_of: Callable[[Bags], np.ndarray]) -> dict[str, float]:
        """Dev figures: balanced accuracy of two classes, and accuracy of three."""
        found: dict[str, float] = {}
        for name, (bags, labels) in self.dev.items():
            logits = logits_of(bags)
            sides = [(logits[labels == k, 2] > logits[labels == k, 0]) == (k == 2) for k in (0, 2)]
            found[f"{name}_balanced"] = round(float(np.mean([side.mean() for side in sides])), 4)
            found[f"{name}_three"] = round(float((logits.argmax(1) == labels).mean()), 4)
        return found

    def log(self, line: dict[str, float]) -> None:
        line = {**line, "minutes": round((time.time() - self.started) / 60, 1)}
        with (self.plan.out / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def _dev_reviews(data: Path) -> dict[str, list[reviews.Review]]:
    found = {"zh": reviews.chinese_reviews(data), "en": reviews.english_reviews(data)}
    return {name: reviews.of(rows, "dev") for name, rows in found.items()}


@torch.inference_mode()
def student_logits(model: Student, bags: Bags) -> np.ndarray:
    """(n, 3) logits."""
    model.eval()
    out = np.zeros((len(bags.lengths), 3), np.float32)
    for group in bags.alike(20_000, None):
        out[group] = model(bags.batch(group)).numpy()
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("labels", "teacher", "wheel", "data", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("epochs", "threads", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Plan, name))
    parser.add_argument("--rate", type=float, default=Plan.rate)
    parser.add_argument("--resume", type=Path)
    Run(Plan(**vars(parser.parse_args()))).go()


if __name__ == "__main__":
    main()
