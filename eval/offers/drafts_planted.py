"""Correct texts of offers, and the same texts with one fault planted in each."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from tools.offers.catalogue import Catalogue
from tools.offers.drafts import Brief, check
from tools.offers.drafts.phrases.bank import options

LENGTH = {"segments", "too_long", "subject_long"}
TOO_LONG = "too long"
CHANNELS = ("email", "sms")  # the others get the text of an SMS
TAG = "{{opt_out}}"
_SUM = re.compile(r"(?<=£)\d+|(?<=£ )\d+|\d+(?= ?£|英镑)")
_PERCENT = re.compile(r"\d+(?= ?%)")
_PERCENT_SAID = re.compile(r"\d+ ?%|[九八]折| ?\d 折 ?")
_OTHER_SUM = {"8": "12", "15": "50", "20": "35", "25": "40"}
_TENTHS = {"九折": "八五折", "八折": "七折", "9 折": "7 折", "8 折": "6 折"}
_OTHER_LANGUAGE = {"en": "de", "zh": "en", "de": "nl", "fr": "es", "es": "fr", "nl": "de"}


@dataclass(frozen=True)
class Text:
    """A text and what it has to keep to; `kind` is the fault planted in it, "" for none, `changed` the words of it."""

    brief: Brief
    subject: str | None
    body: str
    kind: str = ""
    changed: str = ""

    def found(self) -> list[str]:
        """Keys of what the checks say, without the length that a longer text brings with it."""
        keys = [one.key for one in check(self.subject, self.body, self.brief)]
        return keys if self.kind in {"", TOO_LONG} else [key for key in keys if key not in LENGTH]


@cache
def faults() -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", yaml.safe_load(Path(__file__).with_name("drafts_faults.yaml").read_text("utf-8")))


def bases(catalogue: Catalogue, until: Any) -> list[Text]:
    """Templates of the catalogue, and a text of the phrase bank, for every offer and language, by e-mail and SMS."""
    texts: list[Text] = []
    for offer in catalogue.offers:
        for language, channel in (
            (language, channel) for language in offer.texts for channel in offer.channels if channel in CHANNELS
        ):
            brief = Brief("c1", offer, catalogue, channel, language, "warm", until)
            brief = replace(brief, reviews=[faults()["reviews"][language]], names=faults()["names"])
            own = offer.texts[language].get(channel) or offer.texts[language]["any"]
            texts.append(Text(brief, own.subject if channel == "email" else None, own.body))
            if bank := options(brief):
                texts.append(Text(brief, *bank.assembled({name: some[0] for name, some in bank.parts.items()})))
    return texts


def planted(sound: list[Text]) -> Iterator[Text]:
    """Every fault in every text that can have it."""
    templates = {(one.brief.offer.id, one.brief.channel, one.brief.language): one for one in sound}
    for text in sound:
        for kind, change in _CHANGES.items():
            for body in change(text.body, text.brief):
                if body != text.body:
                    yield replace(text, body=body, kind=kind, changed=_new(text.body, body))
        place = text.brief.offer.id, text.brief.channel, _OTHER_LANGUAGE[text.brief.language]
        if other := templates.get(place):
            yield replace(text, subject=other.subject, body=other.body, kind="whole text in another language")


def _new(before: str, after: str) -> str:
    """What stands in `after` between where both begin and end alike."""
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    return after[start : len(after) - end].strip()


def _alike(one: str, other: str) -> int:
    """How many letters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (mine, theirs) in pairs if mine != theirs), min(len(one), len(other)))


def _added(kind: str) -> Callable[[str, Brief], list[str]]:
    some = faults()["added"][kind]

    def change(body: str, brief: Brief) -> list[str]:
        return [] if brief.offer.id in some.get("held_by", ()) else [_put(body, one) for one in some[brief.language]]

    return change


def _put(body: str, sentence: str) -> str:
    """Before the opt-out line, as a sentence of its own."""
    before, tag, after = body.rpartition(TAG)
    return f"{before.rstrip()} {sentence}{before[len(before.rstrip()) :]}{tag}{after}"


def _each(pattern: re.Pattern[str], body: str, other: Callable[[str], str]) -> list[str]:
    """One text for each place where the pattern stands, with that place changed."""
    return [body[: one.start()] + other(one[0]) + body[one.end() :] for one in pattern.finditer(body)]


def _percent(body: str, _brief: Brief) -> list[str]:
    tenths = re.compile("|".join(_TENTHS))
    return _each(_PERCENT, body, lambda one: str(int(one) + 5)) + _each(tenths, body, lambda one: _TENTHS[one])


def _words(body: str, brief: Brief) -> list[str]:
    said = list(_PERCENT_SAID.finditer(body))
    return [body[: at.start()] + word + body[at.end() :] for word in faults()["words"][brief.language] for at in said]


def _swapped(body: str, brief: Brief) -> list[str]:
    most = f"{brief.offer.cost_most or 0:f}"
    least = f"{brief.offer.minimum_order:f}"
    if brief.offer.percent is None or least == "0":
        return []
    return [_SUM.sub(lambda one: {most: least, least: most}.get(one[0], one[0]), body)]


def _too_long(body: str, brief: Brief) -> list[str]:
    return [_put(body, faults()["long"][brief.language].strip() * 6)] if brief.channel == "sms" else []


_CHANGES: dict[str, Callable[[str, Brief], list[str]]] = {
    "wrong percentage": _percent,
    "wrong percentage, in words": _words,
    "wrong sum": lambda body, _: _each(_SUM, body, lambda one: _OTHER_SUM[one]),
    "least order and most off swapped": _swapped,
    "other currency": lambda body, _: [body.replace("£", "€").replace("英镑", "欧元")],
    "sum left out": lambda body, _: _each(re.compile(r"£ ?\d+|\d+ ?(?:£|英镑)"), body, lambda _one: ""),
    "wrong date": lambda body, brief: [
        body.replace("{{valid_until}}", one) for one in faults()["dates"][brief.language]
    ],
    "date left out": lambda body, _: [body.replace("{{valid_until}}", "")],
    "code left out": lambda body, _: [body.replace("{{code}}", "")],
    "code written out": lambda body, _: [body.replace("{{code}}", "TEN4K7Q2M")],
    "opt-out left out": lambda body, _: [body.replace(TAG, "")],
    "unknown merge tag": lambda body, _: [body.replace("{{first_name}}", "{{last_name}}")],
    "HTML": lambda body, _: [f"<p>{body}</p>", body.replace(TAG, f"<a href='x'>{TAG}</a>"), f"{body}<br>"],
    "words of a review": lambda body, brief: [_put(body, faults()["quoted"][brief.language])],
    TOO_LONG: _too_long,
    **{kind.replace("_", " "): _added(kind) for kind in faults()["added"]},
}
