"""What may be copied into a call: phrases of the conversation, and the ids and numbers in it."""

import re
from collections.abc import Hashable, Iterable
from typing import TypeVar

One = TypeVar("One", bound=Hashable)

UNIT = re.compile(r"<(?:email|phone|name)-\d+>|[一-鿿]|\d+|[^\W\d_]+|\s+|.", re.UNICODE)
NUMBER = re.compile(r"\d{4}-\d\d(?:-\d\d)?(?!\d)|\d[\d,]*(?:\.\d+)?%?")
FIGURE = re.compile(r"[^.;]+: \S+\.")
ROW = re.compile(r"\d+\. (?:(.+): (.+)|([^,]+), (.+))")
ITEM = re.compile(r"\d+\. .+")
TOLD = re.compile(r"\d+\. [^:：]+[:：] ?(.+)")
WORDS = re.compile(r"[A-Za-z]{2,}|[一-鿿]{2}")
WORDED = 4  # words in a row
ID = re.compile(r"#?\w*[A-Za-z]?-?\d[\w-]*", re.ASCII)
TOKEN = re.compile(r"<(?:email|phone|name)-\d+>")
COUNT_WORDS = re.compile(
    r"\b(?:a |an )?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|"
    r"fifty|hundred|thousand|dozen|half a dozen|couple|few|handful)"
    r"(?:[ -](?:one|two|three|four|five|six|seven|eight|nine|hundred|thousand))*\b"
    r"|[一二两三四五六七八九十百千万几]+",
    re.IGNORECASE,
)


def units(text: str) -> list[str]:
    """Words, digit runs, single Chinese characters, punctuation marks and spaces, in order."""
    return UNIT.findall(text)


def distinct(found: Iterable[One]) -> list[One]:
    return list(dict.fromkeys(found))


def phrases(texts: list[str], longest: int) -> list[str]:
    """Every run of at most `longest` units that begins and ends with a word, a digit or a character."""
    found: list[str] = []
    for text in texts:
        parts = units(text)
        for start, first in enumerate(parts):
            if not first[0].isalnum():
                continue
            for end in range(start + 1, min(start + longest, len(parts)) + 1):
                if parts[end - 1][-1].isalnum():
                    found.append("".join(parts[start:end]))
    return distinct(found)


def ids(texts: list[str]) -> list[str]:
    """What looks like a customer's, order's or draft's id, as written; short numbers only when there is no other."""
    found = distinct(m for text in texts for m in ID.findall(text))
    long = [text for text in found if len(text) > 3 or not text.isdigit()]
    return long or found


def tokens(texts: list[str]) -> list[str]:
    """Stand-ins for personal data, such as `<email-1>`."""
    return distinct(m for text in texts for m in TOKEN.findall(text))


def counts(texts: list[str]) -> list[str]:
    """Numbers in digits or words."""
    digits = (m.rstrip("%,") for text in texts for m in NUMBER.findall(text))
    words = (m.strip() for text in texts for m in COUNT_WORDS.findall(text))
    return distinct([*digits, *words])


def rows(texts: list[str]) -> tuple[list[tuple[str, list[str]]], list[str]]:
    """(name, numbers) of every numbered line, such as `1. France: £209,715.11` or `2. 17850, 34`; all other lines."""
    found: list[tuple[str, list[str]]] = []
    others: list[str] = []
    for line in (line for text in texts for line in text.splitlines()):
        match = ROW.fullmatch(line)
        if not match:
            others.append(line)
            continue
        name, rest = match[1] or match[3], match[2] or match[4]
        found.append((name, numbers([rest])))
    return found, others


def is_figures(text: str) -> bool:
    """Whether a tool's answer is one figure (`Revenue, all time: £1.00.`) or numbered rows, which can be retold."""
    lines = text.splitlines()
    if is_worded_list(lines):
        return False
    return any(ROW.fullmatch(line) for line in lines) or bool(lines and FIGURE.fullmatch(lines[0]))


def is_worded_list(lines: list[str]) -> bool:
    """Whether numbered rows say more than a figure each: such a list is quoted, not retold."""
    found = [match[1] for line in lines if (match := TOLD.fullmatch(line))]
    return any(len(WORDS.findall(told)) >= WORDED for told in found)


def numbers(texts: list[str]) -> list[str]:
    """Every number as it stands in the texts."""
    return distinct(m.rstrip(",") for text in texts for m in NUMBER.findall(text))
