"""Safetensors to GGUF, once per version, in the user's cache; written aside and renamed, so a kill is harmless."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import platformdirs
from safetensors.numpy import load_file  # pyright: ignore[reportUnknownVariableType]

from agent.bundled.checkpoint import MODEL, NAME, digest

CONTROL = {"<|endoftext|>", "<|im_start|>", "<|im_end|>"}


def cache_folder() -> Path:
    return Path(platformdirs.user_cache_dir("winback"))


def converted(folder: Path = MODEL, cache: Path | None = None) -> Path:
    """The GGUF file of the checkpoint in `folder`, made if it is not there."""
    place = cache or cache_folder()
    target = place / f"{NAME}-{digest(folder)}.gguf"
    if target.exists():
        return target
    place.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(suffix=".part", prefix=target.stem, dir=place)
    os.close(handle)
    try:
        write(folder, Path(part))
        with open(part, "rb") as written:
            os.fsync(written.fileno())
        os.replace(part, target)
    finally:
        Path(part).unlink(missing_ok=True)
    sweep(place, target)
    return target


def sweep(place: Path, target: Path) -> None:
    """Remove other versions and what killed conversions left behind."""
    for old in place.glob(f"{NAME}-*"):
        if old != target:
            old.unlink(missing_ok=True)


def write(folder: Path, path: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    writer = gguf.GGUFWriter(path, "qwen3")
    add_shape(writer, config)
    add_vocabulary(writer, folder, config)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.QWEN3, config["num_hidden_layers"])
    for name, tensor in tensors(folder).items():
        mapped = names.get_name(name, try_suffixes=(".weight",))
        if mapped is None:
            raise ValueError(f"no GGUF name for tensor {name}")
        kind = np.float32 if tensor.ndim == 1 else np.float16
        writer.add_tensor(mapped, tensor.astype(kind))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def tensors(folder: Path) -> dict[str, np.ndarray[Any, Any]]:
    return load_file(folder / "model.safetensors")  # pyright: ignore[reportUnknownVariableType]


def add_shape(writer: gguf.GGUFWriter, config: dict[str, Any]) -> None:
    writer.add_name(NAME)
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(config["head_dim"])
    writer.add_value_length(config["head_dim"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)


def add_vocabulary(writer: gguf.GGUFWriter, folder: Path, config: dict[str, Any]) -> None:
    """The byte-level BPE; llama.cpp splits text by the `qwen2` pattern that the tokenizer was made with."""
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    pieces = {index: text for text, index in tokenizer["model"]["vocab"].items()}
    added = {item["id"]: item["content"] for item in tokenizer["added_tokens"]}
    tokens: list[str] = []
    kinds: list[int] = []
    for index in range(config["vocab_size"]):
        text = added.get(index, pieces.get(index))
        tokens.append(text if text is not None else f"[unused{index}]")
        kinds.append(token_type(text, index in added))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(
        [pair if isinstance(pair, str) else " ".join(pair) for pair in tokenizer["model"]["merges"]]
    )
    writer.add_eos_token_id(config["eos_token_id"])
    writer.add_pad_token_id(config["pad_token_id"])
    writer.add_add_bos_token(False)
    writer.add_chat_template((folder / "chat_template.jinja").read_text())


def token_type(text: str | None, added: bool) -> int:
    if text is None:
        return gguf.TokenType.UNUSED
    if text in CONTROL:
        return gguf.TokenType.CONTROL
    return gguf.TokenType.USER_DEFINED if added else gguf.TokenType.NORMAL
