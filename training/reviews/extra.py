"""Text beside the reviews, which the teacher labels: what makes the student's words reach beyond the training shops.

Clauses of training reviews and new combinations of them, their product words exchanged, sentences built from
dictionary words, dialogues outside test splits, dictionary definitions, and opinions written for this purpose.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from tools.reviews.polarity.text import clean
from training.reviews import data as reviews

_ENDS = re.compile(r"[,.!?;:，。！？；：~…\n]+|\bbut\b|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_EN_FRAMES = (
    "the {n} is {a}", "{a} {n}", "very {a}", "not {a}", "the {n} is not {a}", "too {a}", "it is {a} and {b}",
    "the {n} is {a} but the {m} is {b}", "the {n} was {a}", "a {a} {n}", "no {n}", "{a}, {b}", "i find the {n} {a}",
    "the {n} {v}", "it {v} the {n}", "never {v}", "the {n} isn't {a}", "{a} for a {n}", "this {n} is so {a}",
)  # fmt: skip
_ZH_FRAMES = (
    "{n}很{a}", "{n}不{a}", "{n}太{a}了", "{a}", "{n}{a}", "非常{a}", "不太{a}", "有点{a}", "{n}{a}，但是{m}{b}",
    "{n}挺{a}的", "{m}的{n}很{a}", "{n}不够{a}", "没有{n}", "{n}一点都不{a}", "{n}比较{a}", "又{a}又{b}", "{v}了{n}",
    "{n}{v}了", "{n}真{a}", "感觉{n}{a}",
)  # fmt: skip


def texts(data: Path, seed: int, scale: float = 1.0) -> list[str]:
    """Distinct cleaned texts, about 260,000 at scale 1; neither demo prose nor a row of a test or dev split."""
    rng = np.random.default_rng(seed)
    chinese = [clean(r.text) for r in reviews.of(reviews.chinese_reviews(data), "train")]
    english = [clean(r.text) for r in reviews.of(reviews.english_reviews(data), "train")]
    zh, en = clauses(chinese), clauses(english)
    found = sampled(zh, int(70_000 * scale), rng) + sampled(en, int(55_000 * scale), rng)
    found += combined(zh, "，", int(20_000 * scale), rng) + combined(en, ", ", int(15_000 * scale), rng)
    found += english_frames(data, int(35_000 * scale), rng) + chinese_frames(data, int(30_000 * scale), rng)
    found += sampled(spoken(data), int(25_000 * scale), rng)
    written = [text for text, _, _ in reviews.written_opinions()]
    found += pairs(written, int(12_000 * scale), rng)
    return list(dict.fromkeys(t for t in found if t))


def clauses(cleaned: Sequence[str]) -> list[str]:
    parts = (part.strip() for text in cleaned for part in _ENDS.split(text) if part)
    return list(dict.fromkeys(part for part in parts if 2 <= len(part) <= 90))


def sampled(found: Sequence[str], most: int, rng: np.random.Generator) -> list[str]:
    return [found[i] for i in rng.permutation(len(found))[:most]]


def combined(parts: Sequence[str], joint: str, count: int, rng: np.random.Generator) -> list[str]:
    """Two to five clauses of different reviews in a row."""
    return [joint.join(parts[i] for i in rng.integers(0, len(parts), rng.integers(2, 6))) for _ in range(count)]


def pairs(written: Sequence[str], count: int, rng: np.random.Generator) -> list[str]:
    """Two written opinions of one language in a row, alike or opposed."""
    found = []
    for i, j in rng.integers(0, len(written), (count, 2)):
        first, second = written[i], written[j]
        if first.isascii() == second.isascii():
            found.append(first + (", " if first.isascii() else "，") + second)
    return found


def english_frames(data: Path, count: int, rng: np.random.Generator) -> list[str]:
    frame = pd.read_parquet(data / "text/wordnet_synonyms_en.parquet")
    words = {kind: _lemmas(frame.loc[frame["pos"].isin(pos), "text"]) for kind, pos in _KINDS.items()}
    return [_filled(str(rng.choice(_EN_FRAMES)), words, rng) for _ in range(count)]


_KINDS = {"n": ("n",), "a": ("a", "s"), "v": ("v",)}


def _lemmas(column: pd.Series) -> list[str]:
    lemmas = (lemma.strip() for text in column for lemma in str(text).split(";"))
    return list(dict.fromkeys(clean(lemma) for lemma in lemmas if 0 < len(lemma) < 20 and lemma.count(" ") < 2))


def chinese_frames(data: Path, count: int, rng: np.random.Generator) -> list[str]:
    """Cilin's classes: B things, E qualities, G to J minds and deeds; product words come from the slot lists."""
    frame = pd.read_parquet(data / "text/cilin_synonyms_zh.parquet")
    by_class = {
        c: " ".join(frame.loc[frame["code"].str.startswith(tuple(c)), "text"]).split() for c in ("BD", "E", "GHIJ")
    }
    products = pd.read_parquet(data / "text/ecsa_product_slots_zh.parquet")
    named = sorted(
        set(re.findall(r'"PINLEI","([^"]+)"', " ".join(products.loc[products["split"] == "train", "slots"])))
    )
    words = {"n": by_class["BD"] + named * 3, "a": by_class["E"], "v": by_class["GHIJ"]}
    return [clean(_filled(str(rng.choice(_ZH_FRAMES)), words, rng)) for _ in range(count)]


def _filled(frame: str, words: dict[str, list[str]], rng: np.random.Generator) -> str:
    lists = {"n": words["n"], "m": words["n"], "a": words["a"], "b": words["a"], "v": words["v"]}
    return frame.format(**{slot: found[rng.integers(len(found))] for slot, found in lists.items()})


def spoken(data: Path) -> list[str]:
    """Dialogue turns and dictionary sentences, from files with a stated open licence, without test splits."""
    found: list[str] = []
    for name, split in (("sgd_dialogues", "train"), ("crosswoz_part_zh", "val"), ("multiwoz_part_en", "val")):
        frame = pd.read_parquet(data / f"text/{name}.parquet")
        turns = frame.loc[frame["split"] == split, "text"]
        found += turns.sample(min(len(turns), 9000), random_state=1).tolist()
    films = pd.read_parquet(data / "text/kdconv_part_zh.parquet")
    found += films.loc[films["dialogue_id"].str.contains("/dev/"), "text"].tolist()
    words = pd.read_parquet(data / "text/wordnet_synonyms_en.parquet").fillna("")
    found += [line for text in words["examples"] for line in str(text).split(" | ")]
    return list(dict.fromkeys(text for text in map(clean, found) if 2 <= len(text) <= 160))
