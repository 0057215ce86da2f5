"""The model's own tokenizer: byte-level BPE whose merges never cross a space, a digit or a Chinese character.

So a word is the same token after a space and after a quote, and copying a phrase is copying its tokens. Text is
split by the Qwen2 pattern, which llama.cpp knows by name; the merges are learnt on finer pieces.
"""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from tools.contract import CONTRACT
from training import corpora
from training.dialogues import FILTER_ORDER

CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
PAD, START, END = 0, 1, 2
QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
PIECES = r"\p{Han}|\p{N}|(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\p{Han}\P{L}]+|[^\s\p{L}\p{N}]+|\s"


def format_tokens() -> list[str]:
    """The call format's fixed strings, one token each; plain text to every reader of the format."""
    heads = [f'{{"name": "{tool}", "arguments": {{' for tool in CONTRACT]
    keys = sorted({key for args in CONTRACT.values() for key in args.model_fields} | set(FILTER_ORDER))
    marks = ["<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"]
    return marks + heads + [f'"{key}": ' for key in keys] + [f', "{key}": ' for key in keys]


def characters(limit: int = 3600) -> Iterator[str]:
    """Common Chinese characters, so that each is one token (counted in public Chinese dialogues and word lists)."""
    counts: Counter[str] = Counter()
    for name in ("crosswoz_part_zh", "kdconv_part_zh", "cilin_synonyms_zh"):
        table = corpora.column(name)
        if table is not None:
            counts.update(c for text in table["text"] for c in re.findall(r"[一-鿿]", str(text)))
    yield from (character * 60 for character, _ in counts.most_common(limit))


def train_tokenizer(texts: Iterable[str], vocab: int, seed: int = 0) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PIECES), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])  # fmt: skip
    trainer = trainers.BpeTrainer(
        vocab_size=vocab - len(format_tokens()),
        special_tokens=CONTROL,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    words = corpora.english_words()
    extra = random.Random(seed).sample(words, min(len(words), 20000))
    tokenizer.train_from_iterator([*texts, *characters(), " ".join(extra)], trainer)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN2), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])  # fmt: skip
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_tokens([AddedToken(text, normalized=False) for text in format_tokens()])
    return tokenizer


def load(path: Path) -> Tokenizer:
    return Tokenizer.from_file(str(path))
