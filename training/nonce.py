"""Unseen words for open slots, so that the model learns to copy; public word lists serve as vocabulary only."""

import random
from functools import cache

SYLLABLES = (
    "ba be bo ca co cu da de di do fa fi fo ga go ha he hi ho ja jo ka ke la le li lo lu ma me mi mo mu "
    "na ne no pa pe po ra re ri ro sa se si so ta te ti to va ve vo wa we wi ya yo za zo"
).split()
ENDINGS = ["", "n", "r", "l", "s", "x", "ck", "nd", "st", "ry", "ton", "ella", "ing", "er"]


@cache
def words(language: str) -> list[str]:
    """Everyday words of a language; invented ones alone when the public lists are absent."""
    from training.corpora import chinese_words, english_words

    return english_words() if language == "en" else chinese_words()


def invented(rng: random.Random) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(1, 3))) + rng.choice(ENDINGS)


def nonce(slot: str, language: str, rng: random.Random) -> str:
    """One to five words in the shape of the slot: a code, a brand, a phrase."""
    roll = rng.random()
    if slot == "product" and roll < 0.15:
        return rng.choice(
            [
                f"{rng.randint(10000, 99999)}{rng.choice('ABCDEFG')}",
                f"P{rng.randint(1, 9999):04d}",
                f"SKU-{rng.randint(1, 99999)}",
                str(rng.randint(10000, 99999)),
            ]
        )
    size = {
        "product": (1, 4),
        "category": (1, 2),
        "topic": (2, 6),
        "campaign": (1, 3),
        "instruction": (2, 7),
        "offer": (2, 4),
    }
    low, high = size.get(slot, (1, 4))
    known = words(language)
    picked = [invented(rng) if roll > 0.85 or not known else rng.choice(known) for _ in range(rng.randint(low, high))]
    if language == "zh" and roll <= 0.85:
        return "".join(picked[: max(1, high // 2)])
    text = " ".join(picked)
    style = rng.random()
    return text.upper() if style < 0.12 else text.title() if style < 0.3 else text
