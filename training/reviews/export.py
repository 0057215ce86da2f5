"""Calibrates a trained student and writes the bundled model: `python -m training.reviews.export --student DIR …`.

Writes `polarity.safetensors` (int8 tables, float16 for the rest), `pieces.json` (the word pieces) and `config.json` to
`tools/reviews/polarity/model`, and the log of the run to `training/logs`.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from safetensors.torch import load_file
from tokenizers import Tokenizer

from tools.reviews.polarity.scorer import FOLDER, VERSION, Polarity
from tools.reviews.polarity.splits import split_of
from training.reviews import calibration
from training.reviews import data as reviews

LOGS = Path(__file__).parents[1] / "logs"
PLAIN_SHARE = 0.04
TITLE_SHARE = 0.3
UNCALIBRATED = {"slopes": [1.0, 1.0], "offsets": [0.0] * 3}
_CONVOLUTIONS = ("first", "second")


def rows_int8(values: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """One scale a row where `share` is 1, else one for all such that a `share` of the values fit."""
    top = np.abs(values).max(1, keepdims=True) if share == 1 else np.quantile(np.abs(values[values != 0]), share)
    scale = np.maximum(top / 127, 1e-12).astype(np.float32).reshape(-1, 1)
    return np.clip(np.round(values / scale), -127, 127).astype(np.int8), scale.astype(np.float16).astype(np.float32)


def tensors(state: dict[str, torch.Tensor]) -> dict[str, np.ndarray]:
    """The network as `tools/reviews/polarity/network.py` reads it."""
    found: dict[str, np.ndarray] = {}
    found["wide"], found["wide.scale"] = rows_int8(state["wide"].numpy(), 0.9999)
    found["marks"] = state["marks"].numpy().astype(np.uint16)
    found["words"], found["words.scale"] = rows_int8(state["words.weight"].numpy(), 1)
    for name in ("first", "second", "hidden", "out"):
        weight = state[f"{name}.weight"].numpy()
        flat = weight.transpose(2, 1, 0).reshape(-1, len(weight)) if name in _CONVOLUTIONS else weight.T
        found[name] = np.ascontiguousarray(flat).astype(np.float16)
        found[f"{name}_bias"] = state[f"{name}.bias"].numpy().astype(np.float16)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("student", "teacher", "data"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=FOLDER)
    args = parser.parse_args()
    args.model.mkdir(parents=True, exist_ok=True)
    save_file(tensors(load_file(args.student / "student.safetensors")), str(args.model / "polarity.safetensors"))
    Tokenizer.from_file(str(args.student / "pieces.json")).save(str(args.model / "pieces.json"), pretty=False)
    config = {"version": VERSION, "calibration": dict.fromkeys(("zh", "en"), UNCALIBRATED)}
    (args.model / "config.json").write_text(json.dumps(config), encoding="utf-8")
    config["calibration"] = calibrated(Polarity(args.model), args.data)
    (args.model / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    for part, folder in (("teacher", args.teacher), ("student", args.student)):
        shutil.copy(folder / "log.jsonl", LOGS / f"{VERSION}.{part}.jsonl")


def calibrated(model: Polarity, data: Path) -> dict[str, dict[str, list[float]]]:
    """From the dev split, its titles at a smaller weight, and a small share of phrases without opinion."""
    plain = [text for text in reviews.plain_phrases() if split_of(text) == "dev"]
    found: dict[str, dict[str, list[float]]] = {}
    for name, rows in (("zh", reviews.chinese_reviews(data)), ("en", reviews.english_reviews(data))):
        dev = reviews.of(rows, "dev")
        cases = [(row.text, row.label, 1.0) for row in dev]
        cases += [(row.title, row.label, TITLE_SHARE) for row in dev if row.title]
        neutral = [text for text in plain if text.isascii() == (name == "en")]
        cases += [(text, reviews.NEUTRAL, PLAIN_SHARE * len(dev) / len(neutral)) for text in neutral]
        texts, labels, weights = zip(*cases, strict=True)
        found[name] = calibration.fit(model.sides(texts), np.array(labels), np.array(weights))
    return found


if __name__ == "__main__":
    main()
