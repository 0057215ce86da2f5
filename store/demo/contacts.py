"""Names, addresses and consent, for the ledger alone. Nobody here exists; no mail and no call can arrive."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import cast
from unicodedata import normalize

import numpy as np
import yaml

from store.demo.customers import Customers, customer_id
from store.demo.draws import stream
from store.demo.process import LANGUAGES
from store.demo.world import World

DOMAINS = ("example.com", "example.org", "example.net")
_STRIDE = 7919  # prime: neighbours in number get far-apart phone numbers, and none repeats early
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

# Numbers that regulators keep for fiction: prefix, last part's width, first number, how many. Where a country
# keeps none, the prefix is one that its numbering plan cannot assign.
_RANGES: dict[str, list[tuple[str, int, int, int]]] = {
    "United Kingdom": [("+44 7700 900", 3, 0, 1000)]
    + [(f"+44 {area} 496 0", 3, 0, 1000) for area in "113 114 115 116 117 118 121 131 141 151 161".split()]
    + [("+44 20 7946 0", 3, 0, 1000), ("+44 29 2018 0", 3, 0, 1000), ("+44 191 498 0", 3, 0, 1000)],
    "United States": [
        (f"+1 {area} 555 01", 2, 0, 100)
        for area in "202 206 212 213 214 215 216 303 305 307 310 312 313 314 315 317 402 404 405 406 412 414 415 "
        "417 502 503 504 505 510 512 515 601 602 603 605 612 614 615 617 701 702 704 713 716 718 801 802 803 "
        "808 812 816 860 901 904 907 913 915 916 919 971".split()
    ],
    "Germany": [(f"+49 {area} ", 3, 0, 1000) for area in ("30 23125", "69 90009", "40 66969", "221 4710", "89 99998")],
    "France": [("+33 6 39 98 ", 4, 0, 10_000)],
    "Ireland": [("+353 20 91", 5, 0, 100_000)],
    "China": [("+86 100 ", 8, 0, 10**8)],
    "Netherlands": [("+31 20 0", 6, 0, 10**6)],
    "Spain": [("+34 200 ", 6, 0, 10**6)],
    "Belgium": [("+32 2 0", 6, 0, 10**6)],
    "Singapore": [("+65 20", 6, 0, 10**6)],
}
# share of customers who agree to each channel; a few say no later
CONSENT = {"email": 0.72, "sms": 0.38, "push": 0.45, "call": 0.12, "wechat": 0.0}
_CONSENT_CHINA = {"email": 0.30, "sms": 0.42, "push": 0.50, "call": 0.08, "wechat": 0.66}
_SOURCES = ("sign-up form", "checkout", "preference page")


@dataclass(frozen=True)
class Person:
    """What the ledger keeps of one customer. `at` is when consent was given or refused."""

    customer_id: str
    first_name: str
    last_name: str
    email: str
    phone: str
    locale: str
    consent: dict[str, bool]
    at: datetime
    source: str

    def contact(self) -> dict[str, str]:
        """The fields of a contact."""
        fields = ("customer_id", "first_name", "last_name", "email", "phone", "locale")
        return {name: getattr(self, name) for name in fields}


def draw_people(world: World, block: int, who: Customers) -> Iterator[Person]:
    """The people behind a block of customers. Deterministic by seed."""
    rng = stream(world.seed, block, "contacts")
    size = len(who)
    picks = rng.random((size, 2))
    domains = rng.integers(0, len(DOMAINS), size)
    agreed = rng.random((size, len(CONSENT)))
    sources = rng.integers(0, len(_SOURCES), size)
    countries = [country.name for country in world.process.countries]
    codes = [country.code for country in world.process.countries]
    midnight = datetime.combine(world.calendar.start, datetime.min.time())
    for row in range(size):
        number, home = int(who.number[row]), int(who.country[row])
        language, country = LANGUAGES[int(who.language[row])], countries[home]
        (first, first_latin), (last, last_latin) = _name(language, picks[row])
        shares = _CONSENT_CHINA if country == "China" else CONSENT
        consent = {channel: bool(agreed[row, n] < share) for n, (channel, share) in enumerate(shares.items()) if share}
        yield Person(
            customer_id=customer_id(number),
            first_name=first,
            last_name=last,
            email=f"{first_latin}.{last_latin}{number}@{DOMAINS[int(domains[row])]}",
            phone=phone(country, number),
            locale=f"{language}-{codes[home]}",
            consent=consent,
            at=midnight + timedelta(seconds=int(who.signup[row])),
            source=_SOURCES[int(sources[row])],
        )


def phone(country: str, number: int) -> str:
    """A fictitious number for customer `number`; distinct until the country's reserved range is used up."""
    ranges = _RANGES[country]
    place = (number * _STRIDE) % sum(count for *_, count in ranges)
    for prefix, width, first, count in ranges:
        if place < count:
            return f"{prefix}{first + place:0{width}d}"
        place -= count
    raise AssertionError("unreachable: place is below the sum of counts")


def _name(language: str, picks: np.ndarray) -> tuple[tuple[str, str], tuple[str, str]]:
    first, last = _names()[language]
    return first[int(picks[0] * len(first))], last[int(picks[1] * len(last))]


@cache
def _names() -> dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]]:
    text = (Path(__file__).parent / "names.yaml").read_text("utf-8")
    content = cast("dict[str, dict[str, str]]", yaml.safe_load(text))
    return {k: (_with_latin(v["first"]), _with_latin(v["last"])) for k, v in content.items()}


def _with_latin(names: str) -> list[tuple[str, str]]:
    pairs = [name.split(":") for name in names.split()]
    return [(pair[0], pair[1] if len(pair) > 1 else _latin(pair[0])) for pair in pairs]


def _latin(name: str) -> str:
    plain = normalize("NFKD", name.lower().translate(_GERMAN))
    return "".join(letter for letter in plain if letter.isascii() and letter.isalpha())
