"""The SentencePiece vocabulary of XLM-R as a `tokenizers` Unigram model, whole or cut to the pieces in use."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from tokenizers import Tokenizer, models

from training.reviews.e5 import Packed

SPECIALS = 4
_CHINESE = re.compile("▁?[\u4e00-\u9fff]+")
BEGIN, PAD, END, UNKNOWN = range(SPECIALS)


def build(packed: Packed, kept: Sequence[int]) -> Tokenizer:
    """A tokenizer whose id i is piece `kept[i]` of the whole vocabulary; text is to be cleaned before."""
    vocabulary = [(packed.pieces[i], packed.scores[i]) for i in kept]
    return Tokenizer(models.Unigram(vocabulary, unk_id=UNKNOWN, byte_fallback=False))


def marked(texts: Iterable[str]) -> list[str]:
    """SentencePiece's way of writing spaces, which also stands before the first word."""
    return ["▁" + text.replace(" ", "▁") for text in texts]


def used(tokenizer: Tokenizer, texts: Iterable[str], least: int = 1) -> list[int]:
    """Ids seen at least `least` times in `texts` and all Chinese ones, in order, with the special ones first."""
    pieces = {i: tokenizer.id_to_token(i) for i in range(tokenizer.get_vocab_size())}
    counts: Counter[int] = Counter({i: least for i, piece in pieces.items() if _CHINESE.fullmatch(piece)})
    for encoding in tokenizer.encode_batch_fast(marked(texts), add_special_tokens=False):
        counts.update(encoding.ids)
    return [*range(SPECIALS), *sorted(i for i, n in counts.items() if n >= least and i >= SPECIALS)]
