"""How found reviews read, in English or Chinese: statements of the shop's own, and the customers' words apart."""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tools.behaviour.profile_facts import Row
from tools.result import Quote
from tools.reviews.quoting import quote
from tools.reviews.selection import Selection
from tools.reviews.sentiment.wording import Wording
from tools.words.text import shorten

_LONGEST_QUERY = 80


@dataclass(frozen=True)
class Found:
    """What was asked, with every word settled, and the reviews found, best first."""

    query: str
    selection: Selection
    sentiment: str | None
    rows: list[Row]


def lines(found: Found, language: str) -> list[str]:
    """How many for what; how they feel; a line for each without a readable word; then how words were taken."""
    words, shared = _words()[language], Wording(language)
    query = shorten(found.query, _LONGEST_QUERY).replace('"', "'")
    key = "nothing" if not found.rows else "found" if len(found.rows) > 1 else "found_one"
    head = words[key].format(number=len(found.rows), query=query, scope=_scope(found, language))
    wordless = [f"{_facts(row, language)}{words['stop']}" for row in found.rows if not quote(row["text"])]
    return [head, *_moods(found, language), *wordless, *shared.taken(found.selection)]


def quotes(found: Found, language: str) -> list[Quote]:
    """What the customers wrote, in the order of the lines; a review without a readable word has none."""
    said = [(row, quote(row["text"])) for row in found.rows]
    return [Quote(source=_facts(row, language), words=words) for row, words in said if words]


def _moods(found: Found, language: str) -> list[str]:
    """`2 negative, 1 positive.` where more than one is labelled and the sentiment was not asked for."""
    words, counts = _words()[language], Counter(row["sentiment"] for row in found.rows if row["sentiment"])
    if found.sentiment or sum(counts.values()) < 2:
        return []
    named = [words["mood"].format(mood=words["moods"][mood], count=count) for mood, count in counts.most_common()]
    return [f"{words['joint'].join(named)}{words['stop']}"]


def _scope(found: Found, language: str) -> str:
    """The period, the filters, the customer and the sentiment."""
    words, shared = _words()[language], Wording(language)
    customers = [value for one in found.selection.filters if one.dimension == "customer" for value in one.values]
    parts = [shared.scope(found.selection)]
    parts += [words["customer"].format(customer=customer) for customer in customers]
    parts += [words["moods"][found.sentiment]] if found.sentiment else []
    return words["joint"].join(parts)


def _facts(row: Row, language: str) -> str:
    """The shop's own knowledge of a review; what is not known is left out."""
    words, shared = _words()[language], Wording(language)
    stars = None if row["rating"] is None else shared.say("stars", rating=f"{row['rating']:g}")
    customer = row["customer_id"] and words["customer"].format(customer=row["customer_id"])
    day = str(row["created_at"].date()) if row["created_at"] else None
    parts = [day, stars, words["moods"].get(row["sentiment"]), row["product"], customer]
    return words["joint"].join(part for part in parts if part)


@cache
def _words() -> dict[str, dict[str, Any]]:
    return yaml.safe_load((files("tools.reviews") / "search.yaml").read_text("utf-8"))
