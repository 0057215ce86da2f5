"""Reviews with their labels, split by text, and phrases that hold no opinion."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from tools.reviews.polarity.splits import Split, split_of
from tools.reviews.polarity.text import clean

NEGATIVE, NEUTRAL, POSITIVE = range(3)
CHINESE = "online_shopping_10_cats.parquet"
ENGLISH = "womens_clothing_reviews.parquet"


@dataclass(frozen=True)
class Review:
    """`label` is 0 negative, 1 neutral, 2 positive; a Chinese label is never neutral, its source has two classes."""

    text: str
    label: int
    chinese: bool
    group: str
    split: Split
    title: str = ""


def chinese_reviews(data: Path) -> list[Review]:
    """online_shopping_10_cats: label 1 is positive, 0 negative."""
    frame = pd.read_parquet(data / CHINESE)
    rows = zip(frame["review"].astype(str), frame["label"], frame["cat"], strict=True)
    return [Review(text, POSITIVE if label else NEGATIVE, True, cat, split_of(text)) for text, label, cat in rows]


def english_reviews(data: Path) -> list[Review]:
    """womens_clothing_reviews: up to two stars is negative, three is neutral, four and five are positive."""
    frame = pd.read_parquet(data / ENGLISH).fillna({"Title": "", "Review Text": ""})
    frame = frame[frame["Review Text"].str.strip() != ""]
    rows = zip(frame["Review Text"], frame["Rating"], frame["Department Name"], frame["Title"], strict=True)
    return [
        Review(
            text, NEGATIVE if stars <= 2 else NEUTRAL if stars == 3 else POSITIVE, False, str(g), split_of(text), title
        )
        for text, stars, g, title in rows
    ]


def of(reviews: list[Review], split: Split) -> list[Review]:
    return [review for review in reviews if review.split == split]


def matters_of_fact(data: Path, most: int, seed: int) -> list[str]:
    """Requests people make in dialogues about bookings and orders (train splits): sentences without an opinion."""
    found = []
    for name, split in (("sgd_dialogues", "train"), ("crosswoz_part_zh", "val")):
        frame = pd.read_parquet(data / f"text/{name}.parquet")
        texts = frame.loc[(frame["split"] == split) & (frame["role"] == "user"), "text"]
        kept = [t for t in dict.fromkeys(map(clean, texts)) if 6 <= len(t) <= 120 and not _OPINION.search(t)]
        rng = np.random.default_rng(seed)
        found += [kept[i] for i in rng.permutation(len(kept))[:most]]
    return found


_OPINION = re.compile(
    r"thank|great|good|nice|love|perfect|awesome|sorry|bad|no\b|not\b|n't|wonderful|excellent|fine\b|right|"
    r"谢|好|不|棒|赞|喜欢|满意|没|错|对|可惜|高兴|感|开心"
)


def plain_phrases() -> list[str]:
    """Hand-written sentences of reviews that state facts and no opinion, with every choice spelled out."""
    lines = yaml.safe_load((Path(__file__).parent / "plain.yaml").read_text(encoding="utf-8"))
    return [clean(spelled) for group in lines.values() for line in group for spelled in _spelled(line)]


def _spelled(line: str) -> list[str]:
    """`[a|b] c` -> `a c`, `b c`."""
    match = re.search(r"\[([^\[\]]*)\]", line)
    if not match:
        return [line]
    before, after = line[: match.start()], line[match.end() :]
    return [one for choice in match[1].split("|") for one in _spelled(before + choice + after)]


def vocabulary(data: Path) -> list[str]:
    """Texts from which only the words in use are learned: dictionaries, dialogues outside test splits, our phrases."""
    words = pd.read_parquet(data / "text/wordnet_synonyms_en.parquet").fillna("")
    found = [*words["text"], *words["definition"], *words["examples"]]
    found += pd.read_parquet(data / "text/cilin_synonyms_zh.parquet")["text"].tolist()
    products = pd.read_parquet(data / "text/ecsa_product_slots_zh.parquet")
    found += products.loc[products["split"] == "train", "text"].tolist()
    for name, split in (("sgd_dialogues", "train"), ("crosswoz_part_zh", "val"), ("multiwoz_part_en", "val")):
        frame = pd.read_parquet(data / f"text/{name}.parquet")
        found += frame.loc[frame["split"] == split, "text"].tolist()
    return [clean(text) for text in found] + plain_phrases()


def written_opinions() -> list[tuple[str, int, bool]]:
    """Hand-written opinions with their label and whether they are Chinese, with every choice spelled out."""
    groups = yaml.safe_load((Path(__file__).parent / "opinions.yaml").read_text(encoding="utf-8"))
    labels = {"negative": NEGATIVE, "neutral": NEUTRAL, "positive": POSITIVE}
    return [
        (clean(spelled), labels[label], language == "zh")
        for language, by_label in groups.items()
        for label, lines in by_label.items()
        for line in lines
        for spelled in _spelled(line)
    ]
