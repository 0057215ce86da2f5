"""Word pieces of cleaned texts: the Chinese and English part of XLM-R's SentencePiece vocabulary."""

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

HEAD, TAIL = 110, 50
PAD = 1
_CACHED_WORDS = 50_000
_LONGEST_CACHED = 16


def shortened(ids: list[int]) -> list[int]:
    """The beginning and the end of a long text's pieces."""
    return ids if len(ids) <= HEAD + TAIL else ids[:HEAD] + ids[-TAIL:]


class Pieces:
    """A text's piece ids. A piece never spans a space, so words between spaces are cut up once and remembered."""

    def __init__(self, path: Path):
        self._tokenizer = Tokenizer.from_file(str(path))
        self._words: dict[str, list[int]] = {}

    def ids(self, cleaned: Sequence[str]) -> list[list[int]]:
        texts = [text.split(" ") for text in cleaned]
        known = self._words
        fresh = list({word for words in texts for word in words if word and word not in known})
        marked = [f"▁{word}" for word in fresh]
        cut_up = [e.ids for e in self._tokenizer.encode_batch_fast(marked, add_special_tokens=False)] if fresh else []
        pieces = dict(zip(fresh, cut_up, strict=True))
        found = [[i for word in words if word for i in (known.get(word) or pieces[word])] for words in texts]
        if len(known) < _CACHED_WORDS:
            known.update({word: ids for word, ids in pieces.items() if len(word) <= _LONGEST_CACHED})
        return [shortened(ids) for ids in found]
