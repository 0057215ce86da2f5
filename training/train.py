"""Trains the bundled model: `python -m training.train --minutes 90 --out training/runs/NAME`.

Warm-up, constant rate, then a linear decay over the last quarter of the time (WSD schedule); Muon for matrices, AdamW
for the rest; bfloat16 autocast. Writes the tokenizer, checkpoints, and a log of one JSON object a line.
"""

import argparse
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from training.batches import Stream, rows
from training.model import Mini, Shape
from training.tokenizer import load, train_tokenizer


@dataclass(frozen=True)
class Plan:
    """How long and how hard. `minutes` of wall time decide the schedule; a run that goes on from `resume` at
    `start` (0 to 1) of it needs only the rest of the time."""

    out: Path
    minutes: float
    seed: int = 7
    rows: int = 12
    length: int = 384
    rate: float = 2e-3
    muon_rate: float = 0.02
    decay: float = 0.25
    vocab: int = 7168
    resume: Path | None = None
    start: float = 0.0


def prepare_tokenizer(plan: Plan) -> Path:
    path = plan.out / "tokenizer.json"
    if not path.exists():
        stream = Stream(plan.seed)
        texts = ["\n".join(m.text for m in stream.dialogue(1.0).messages) for _ in range(40000)]
        train_tokenizer(texts, plan.vocab, plan.seed).save(str(path))
    return path


def optimizers(model: Mini, plan: Plan) -> list[torch.optim.Optimizer]:
    matrices = [p for n, p in model.named_parameters() if p.dim() == 2 and "embed" not in n]
    others = [p for n, p in model.named_parameters() if p.dim() != 2 or "embed" in n]
    return [
        torch.optim.Muon(matrices, lr=plan.muon_rate, momentum=0.95, weight_decay=0.01, adjust_lr_fn="original"),
        torch.optim.AdamW(others, lr=plan.rate, betas=(0.9, 0.95), weight_decay=0.0),
    ]


def schedule(step: int, progress: float, decay: float) -> float:
    """Factor on the learning rate."""
    warm = min(1.0, (step + 1) / 100)
    return warm * min(1.0, max(0.0, (1 - progress) / decay) + 0.01)


def batch(source: list[np.ndarray]) -> tuple[Tensor, ...]:
    """tokens, positions, documents, targets, weights: each (rows, length). A target is never of another document."""
    packed = torch.from_numpy(np.stack(source))
    tokens, positions, documents = (packed[:, i, :-1].long() for i in range(3))
    same = packed[:, 2, 1:].long() == documents
    return tokens, positions, documents, packed[:, 0, 1:].long(), packed[:, 3, 1:].float() * same


class Trainer:
    def __init__(self, plan: Plan):
        self.plan = plan
        plan.out.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(plan.seed)
        self.tokenizer = load(prepare_tokenizer(plan))
        self.shape = Shape(vocab=math.ceil(self.tokenizer.get_vocab_size() / 64) * 64)
        self.model = Mini(self.shape)
        if plan.resume:
            self.model.load_state_dict(torch.load(plan.resume))
        self.optimizers = optimizers(self.model, plan)
        self.rates = [o.param_groups[0]["lr"] for o in self.optimizers]
        self.model.forward = torch.compile(self.model.forward, dynamic=False)
        self.progress = [plan.start]
        self.rows = rows(Stream(plan.seed + 1), self.tokenizer, plan.length, self.progress)
        self.log = (plan.out / "log.jsonl").open("a")

    def step(self, number: int) -> float:
        factor = schedule(number, self.progress[0], self.plan.decay)
        for optimizer, rate in zip(self.optimizers, self.rates, strict=True):
            optimizer.param_groups[0]["lr"] = rate * factor
        data = batch([next(self.rows) for _ in range(self.plan.rows)])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = self.model.loss(*data)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad()
        return float(loss.detach())

    def train(self) -> None:
        started, number, recent = time.time(), 0, []
        while self.progress[0] < 1:
            self.progress[0] = self.plan.start + (time.time() - started) / 60 / self.plan.minutes
            recent.append(self.step(number))
            number += 1
            if number % 50 == 0:
                self.note(number, float(np.mean(recent)), time.time() - started)
                recent = []
            if number % 100 == 0:
                self.save()
        self.save()

    def note(self, number: int, loss: float, seconds: float) -> None:
        tokens = number * self.plan.rows * self.plan.length
        line = {
            "step": number,
            "loss": round(loss, 4),
            "progress": round(self.progress[0], 3),
            "tokens": tokens,
            "rate": round(tokens / seconds),
        }
        self.log.write(json.dumps(line) + "\n")
        self.log.flush()
        print(line, flush=True)

    def save(self) -> None:
        temporary = self.plan.out / "model.pt.part"
        torch.save(self.model.state_dict(), temporary)
        temporary.replace(self.plan.out / "model.pt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--start", type=float, default=0.0)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    Trainer(Plan(given.out, given.minutes, given.seed, resume=given.resume, start=given.start)).train()


if __name__ == "__main__":
    main()
