"""Fills the slots of a request form with values, as people would write them, and as the call should carry them."""

import random
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from training.nonce import nonce

FOLDER = Path(__file__).parent / "lexicon"
SLOT = re.compile(r"\{([a-z_]+?)(\d*)\}")
CLOSED = ("metric", "group", "segment", "aspect", "sentiment", "channel", "tone")
OPEN = ("product", "category", "topic", "campaign", "instruction", "offer")
OPEN_ENDED = {"since", "until", "till", "before", "after", "from", "up", "between", "through", "by", "as", "prior"}
MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "zh": list("一二三四五六日"),
}
NUMBERS = {
    "en": "two three four five six seven eight nine ten twelve fifteen twenty thirty fifty".split(),
    "zh": ["两", "三", "四", "五", "六", "七", "八", "九", "十", "十二", "十五", "二十", "三十", "五十"],
}


@cache
def lexicon(language: str) -> dict[str, Any]:
    return yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))


@cache
def period_templates(language: str) -> list[tuple[str, str]]:
    lines = (FOLDER / f"periods_{language}.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" | ") for line in lines if " | " in line and not line.startswith("#")]
    return [(said.strip(), bare.strip()) for said, bare in pairs]


@dataclass
class Filler:
    """One dialogue's slot values: the same slot name gives the same value.

    `novel` is the chance that an open slot holds unseen words, which teaches copying rather than recall.
    """

    language: str
    rng: random.Random
    novel: float = 0.3
    said: dict[str, tuple[str, str]] = field(default_factory=dict)

    def value(self, slot: str) -> tuple[str, str]:
        """(what stands in the request, what stands in the call) for `slot` such as `country2`."""
        if slot not in self.said:
            self.said[slot] = self._fresh(slot)
        return self.said[slot]

    def _fresh(self, slot: str) -> tuple[str, str]:
        name = slot.rstrip("0123456789")
        taken = {call for key, (_, call) in self.said.items() if key.rstrip("0123456789") == name}
        for _ in range(20):
            pair = self._draw(name)
            if pair[1] not in taken:
                return pair
        return pair

    def _draw(self, name: str) -> tuple[str, str]:
        rng, words = self.rng, lexicon(self.language)
        if name in ("period", "period_np"):
            said, bare = period(self.language, rng)
            while name == "period_np" and bare.split(" ")[0] in OPEN_ENDED:
                said, bare = period(self.language, rng)
            return (bare, bare) if name == "period_np" else (said, bare)
        if name in CLOSED or name == "lang":
            table: dict[str, list[str]] = words["language" if name == "lang" else name]
            canonical = rng.choice(list(table))
            return str(rng.choice(table[canonical])), canonical
        if name in OPEN and rng.random() < self.novel:
            return same(nonce(name, self.language, rng))
        if name in words and isinstance(words[name], list):
            return same(str(rng.choice(words[name])))
        return same(TYPED[name](rng, self.language))


def same(text: str) -> tuple[str, str]:
    return text, text


def customer(rng: random.Random, _: str) -> str:
    digits = str(rng.randint(1, 999999))
    return rng.choice(
        [
            str(rng.randint(10000, 19999)),
            str(rng.randint(10000, 19999)),
            "#" + str(rng.randint(10000, 19999)),
            f"c{rng.randint(0, 99999):06d}",
            f"C{rng.randint(0, 99999):06d}",
            digits,
            "#" + digits,
            f"C-{digits}",
        ]
    )


def order(rng: random.Random, _: str) -> str:
    number = rng.randint(100000, 999999)
    return rng.choice(
        [str(number), f"#{number}", f"o{number:08d}", f"C{number}", f"ORD-{number}", f"A{number % 10000}"]
    )


def contact(rng: random.Random, _: str) -> str:
    return f"<{rng.choice(['email', 'phone', 'name', 'email', 'phone'])}-{rng.choice([1, 1, 1, 2, 3])}>"


def count(rng: random.Random, language: str) -> str:
    return (
        rng.choice(NUMBERS[language]) if rng.random() < 0.35 else str(rng.choice([3, 5, 10, 20, rng.randint(2, 200)]))
    )


def money(rng: random.Random, language: str) -> str:
    amount = rng.choice([rng.randint(1, 99) * 100, rng.randint(1, 40) * 500, rng.randint(20, 9999)])
    plain, comma, short = str(amount), f"{amount:,}", f"{amount / 1000:g}k"
    if language == "zh":
        wan = f"{amount / 10000:g}万"
        return rng.choice(
            [
                f"{plain}元",
                f"{plain}块",
                f"{plain}块钱",
                f"¥{comma}",
                f"£{plain}",
                wan,
                "两千块",
                "五千元",
                "一万块",
                "三千",
                "八百块",
                short,
                f"{plain}英镑",
                plain,
            ]
        )
    return rng.choice(
        [
            f"£{comma}",
            f"£{plain}",
            f"${comma}",
            f"€{comma}",
            f"{short}",
            f"£{short}",
            f"{plain} pounds",
            f"{comma} euros",
            f"{plain} quid",
            f"{plain} GBP",
            "two thousand pounds",
            "a thousand",
            "five hundred quid",
            plain,
            comma,
        ]
    )


def year(rng: random.Random, _: str) -> str:
    return str(rng.choice([2010, 2011, 2011, 2012, rng.randint(2015, 2027)]))


def draft(rng: random.Random, _: str) -> str:
    return rng.choice([f"d{rng.randint(1, 9999):04d}", f"draft-{rng.randint(1, 999)}", f"D-{rng.randint(1, 9999)}"])


TYPED = {
    "customer": customer,
    "order": order,
    "contact": contact,
    "n": count,
    "money": money,
    "year": year,
    "draft": draft,
}


def period(language: str, rng: random.Random) -> tuple[str, str]:
    """A period phrase: (with its preposition, the bare phrase that is copied)."""
    said, bare = rng.choice(period_templates(language))
    values = period_values(language, rng)
    return SLOT.sub(lambda m: values[m[1] + m[2]], said), SLOT.sub(lambda m: values[m[1] + m[2]], bare)


def period_values(language: str, rng: random.Random) -> dict[str, str]:
    first, second = sorted(rng.sample(range(12), 2))
    weekday, weekday2 = sorted(rng.sample(range(7), 2))
    quarter, quarter2 = sorted(rng.sample(range(1, 5), 2))
    years = sorted([int(year(rng, language)), int(year(rng, language))])
    day, later = sorted(rng.sample(range(1, 29), 2))
    number = (
        str(rng.choice([2, 3, 5, 7, 10, 14, 30, 45, 60, 90])) if rng.random() < 0.7 else rng.choice(NUMBERS[language])
    )
    values = {
        "year": str(years[0]),
        "year2": str(years[1]),
        "day": str(day),
        "day2": str(later),
        "n": number,
        "weekday": WEEKDAYS[language][weekday],
        "weekday2": WEEKDAYS[language][weekday2],
        "quarter": f"Q{quarter}",
        "quarter2": f"Q{quarter2}",
        "ym": f"{years[0]}-{first + 1:02d}",
        "ym2": f"{years[0]}-{second + 1:02d}",
    }
    for suffix, month, on in (("", first, day), ("2", second, later)):
        values["month" + suffix] = month_name(language, month, rng)
        values["mon" + suffix] = MONTHS[month][:3] if language == "en" else f"{month + 1}月"
        values["date" + suffix] = f"{years[0]}-{month + 1:02d}-{on:02d}"
        values["dmy" + suffix] = f"{on:02d}/{month + 1:02d}/{years[0]}"
    return values


def month_name(language: str, month: int, rng: random.Random) -> str:
    if language == "en":
        return MONTHS[month]
    words = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
    return rng.choice([f"{month + 1}月", f"{month + 1}月", f"{words[month]}月", f"{month + 1}月份"])
