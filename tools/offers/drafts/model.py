"""What a message has to say, and what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import cast

import yaml

from tools.offers.catalogue.model import Catalogue, Offer


@dataclass(frozen=True)
class Brief:
    """A message to be written or checked.

    `customer_id` is None for a text that goes to many. `recommendations` are product names; `situation` holds plain
    facts from the shop's own tables ("segment: lapsed", "last order: 120 days ago"), never a customer's words.
    `reviews` and `names` are what the customer wrote and is called: for the check alone, no model sees them.
    `instruction` is what a member of staff wants changed in `previous` (subject, body); `short` asks for few words.
    """

    customer_id: str | None
    offer: Offer
    catalogue: Catalogue
    channel: str
    language: str
    tone: str
    valid_until: datetime | None
    recommendations: Sequence[str] = ()
    situation: Sequence[str] = ()
    variant: str | None = None
    reviews: Sequence[str] = ()
    names: Sequence[str] = ()
    instruction: str | None = None
    previous: tuple[str | None, str] | None = None
    short: bool = False

    @property
    def opt_out(self) -> str | None:
        """The line that says how to stop messages; None where the channel has none."""
        return self.catalogue.opt_out.get(self.channel, {}).get(self.language)


@dataclass(frozen=True)
class Problem:
    """Something that keeps a text from being approved: a stable key, and one sentence for a person."""

    key: str
    values: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        return self.said("en")

    def said(self, language: str) -> str:
        return wording()[language]["problems"][self.key].format(**dict(self.values))


@dataclass(frozen=True)
class Written:
    """A text with merge tags. `author` is the model's name or "template"; `note` says why the template stands here;
    `problems` are those of this text. `tries` counts the model's attempts."""

    subject: str | None
    body: str
    author: str
    note: str | None = None
    problems: list[Problem] = field(default_factory=list[Problem])
    tries: int = 0


MessageWriter = Callable[[Brief], Written]


def problem(key: str, **values: object) -> Problem:
    return Problem(key, tuple((name, str(value)) for name, value in values.items()))


@cache
def wording() -> dict[str, dict[str, dict[str, str]]]:
    text = Path(__file__).with_name("wording.yaml").read_text("utf-8")
    return cast("dict[str, dict[str, dict[str, str]]]", yaml.safe_load(text))
