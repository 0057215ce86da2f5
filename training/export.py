"""Writes a trained checkpoint as the bundled model: `python -m training.export training/runs/NAME`."""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from training.model import Shape
from training.tokenizer import load

BUNDLED = Path(__file__).parents[1] / "agent" / "bundled" / "model"
CONTEXT = 1024


def export(run: Path, target: Path = BUNDLED) -> None:
    """float16 safetensors, `config.json` and the tokenizer; the chat template is kept by hand."""
    state = torch.load(run / "model.pt", map_location="cpu")
    tokenizer = load(run / "tokenizer.json")
    vocab, hidden = state["model.embed_tokens.weight"].shape
    shape = Shape(vocab=vocab, hidden=hidden, layers=1 + max(int(n.split(".")[2]) for n in state if ".layers." in n))
    tensors = {name: tensor.float().numpy().astype(np.float16) for name, tensor in state.items()}
    target.mkdir(parents=True, exist_ok=True)
    save_file(tensors, target / "model.safetensors", metadata={"format": "pt"})
    (target / "config.json").write_text(json.dumps(shape.config(CONTEXT), indent=1) + "\n")
    shutil.copy(run / "tokenizer.json", target / "tokenizer.json")
    (target / "tokenizer_config.json").write_text(
        json.dumps(
            {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"},
            indent=1,
        )
        + "\n"
    )
    print(f"{sum(t.size for t in tensors.values()):,} parameters, {tokenizer.get_vocab_size()} tokens -> {target}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--target", type=Path, default=BUNDLED)
    given = parser.parse_args()
    export(given.run, given.target)
