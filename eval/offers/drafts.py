"""How messages with offers come out: `python -m eval.offers.drafts [--no-model] [--misses]`.

Three measures on the demo shop's catalogue: how many texts of the bundled model, or of the shop's own, pass the checks
at first, after one rewrite, or give way to the template; what share of planted faults the checks find
(drafts_faults.yaml); and how many correct texts, written by hand, they let pass (drafts_correct.yaml).
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from langchain_core.language_models import BaseChatModel

from agent.client import chat_model
from eval.offers.drafts_planted import Text, bases, planted
from store.settings import Settings
from tools.offers.catalogue import Catalogue, parse_catalogue
from tools.offers.catalogue.demo import demo_catalogue
from tools.offers.drafts import Brief, writer

UNTIL = datetime(2026, 7, 28)
TONES = ("warm", "playful", "formal", "apologetic")
_SITUATION = ("segment: lapsed", "last order: 120 days ago")
_PRODUCTS = ("Rose Candle", "Blue Mug")


@dataclass
class Share:
    """How many of how many, and those that are not, by kind."""

    of: Counter[str] = field(default_factory=Counter[str])
    hit: Counter[str] = field(default_factory=Counter[str])
    others: list[Text] = field(default_factory=list[Text])

    def add(self, kind: str, hit: bool, text: Text) -> None:
        self.of[kind] += 1
        self.hit[kind] += hit
        if not hit:
            self.others.append(text)

    def lines(self) -> Iterator[str]:
        for kind, number in self.of.items():
            yield f"{kind:<36}{self.hit[kind]:>7,} of {number:>7,}{self.hit[kind] / number:>9.1%}"


def briefs(catalogue: Catalogue) -> list[Brief]:
    """Every offer, language, channel and tone."""
    return [
        Brief("c1", offer, catalogue, channel, language, tone, UNTIL, _PRODUCTS, _SITUATION)
        for offer in catalogue.offers
        for language in offer.texts
        for channel in offer.channels
        for tone in TONES
    ]


def written(catalogue: Catalogue, llm: BaseChatModel) -> Iterator[str]:
    """What became of every text, and how long one took."""
    write, came, took = writer(llm), Counter[str](), list[float]()
    for brief in briefs(catalogue):
        began = time.perf_counter()
        text = write(brief)
        took.append(time.perf_counter() - began)
        if brief.offer.kind == "care_call" and text.author == "template" and not text.tries:
            came["call notes, always the template"] += 1
        elif text.author == "template":
            came["template after all"] += 1
        else:
            came["passed at first" if text.tries == 1 else "passed after one rewrite"] += 1
        came["texts with problems left"] += bool(text.problems)
    yield from (f"{what:<36}{number:>7,} of {len(took):>7,}" for what, number in came.items())
    took.sort()
    yield f"seconds a text: median {took[len(took) // 2]:.2f}, slowest {took[-1]:.2f}"


def found(catalogue: Catalogue) -> tuple[int, Share]:
    """How many sound texts there are, and the share of faults found in them by kind."""
    sound, share = [text for text in bases(catalogue, UNTIL) if not text.found()], Share()
    for text in planted(sound):
        share.add(text.kind, bool(text.found()), text)
    return len(sound), share


def passed(catalogue: Catalogue) -> Share:
    """Which of the correct texts the checks let pass: those written first, and those written after the first run."""
    read: Any = yaml.safe_load(Path(__file__).with_name("drafts_correct.yaml").read_text("utf-8"))
    share = Share()
    for when, by_language in read.items():
        for language, one in ((language, one) for language, some in by_language.items() for one in some):
            offer = catalogue.offer(one["offer"])
            brief = Brief("c1", offer, catalogue, one["channel"], language, "warm", UNTIL, one.get("products", ()))
            text = Text(brief, one.get("subject"), one["body"])
            share.add(f"{when}, all", not text.found(), text)
            share.add(f"{when}, {language}", not text.found(), text)
    return share


def _others(texts: Sequence[Text]) -> Iterator[str]:
    """One line for each fault that was not found, or each correct text that was rejected."""
    yield from dict.fromkeys(
        f"- {one.kind or ', '.join(one.found())} ({one.brief.language}): {one.changed or ' '.join(one.body.split())}"
        for one in texts
    )


def main(
    model: Annotated[bool, typer.Option(help="Let the model write, which takes minutes.")] = True,
    misses: Annotated[bool, typer.Option(help="Print faults not found and correct texts rejected.")] = False,
) -> None:
    catalogue = parse_catalogue(demo_catalogue())
    if model:
        typer.echo("\n".join(["Written", *written(catalogue, chat_model(Settings()))]))
    sound, faults = found(catalogue)
    right = passed(catalogue)
    typer.echo("\n".join([f"Faults found, planted in {sound} correct texts", *faults.lines()]))
    typer.echo("\n".join(["Correct texts that pass", *right.lines()]))
    if misses:
        typer.echo("\n".join([*_others(faults.others), *_others(right.others)]))


if __name__ == "__main__":
    typer.run(main)
