"""Where the bundled model's files are, and how a version of them is named."""

import hashlib
from pathlib import Path

MODEL = Path(__file__).parent / "model"
FILES = ("model.safetensors", "config.json", "tokenizer.json", "chat_template.jinja")
NAME = "winback-mini"


def digest(folder: Path = MODEL) -> str:
    """Twelve hexadecimal digits that change when any file of the checkpoint does."""
    sums = hashlib.sha256()
    for name in FILES:
        sums.update((folder / name).read_bytes())
    return sums.hexdigest()[:12]
