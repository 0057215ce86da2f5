"""What a plan came to."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class Sample:
    """A message of the plan, as it was written: with its merge tags."""

    offer: str
    channel: str
    language: str
    variant: str | None
    subject: str | None
    body: str
    author: str
    note: str | None
    drafts: int


@dataclass(frozen=True)
class PlanReport:
    """`asked` counts the customers of the segment; `arms` them by arm, `offers`, `languages`, `channels` and `variants`
    the treated by theirs; `ruled_out` the ruled out by reason. `reserved` is the most the campaign can cost, `expected`
    what it will likely cost, `gain` the estimated margin gained by it less its costs, all in the shop's currency.
    `budget` is what could be set aside: the campaign's, or what the month still had; `templates` counts the drafts that
    carry an offer's own template for want of a model's text."""

    campaign_id: int
    name: str
    state: str
    segment: list[str]
    asked: int
    arms: dict[str, int]
    offers: dict[str, int]
    languages: dict[str, int]
    channels: dict[str, int]
    variants: dict[str, int]
    ruled_out: dict[str, int]
    budget: Decimal
    reserved: Decimal
    expected: Decimal
    gain: Decimal
    expires_at: datetime
    mode: str
    policy_version: str
    templates: int = 0
    samples: list[Sample] = field(default_factory=list[Sample])
    notes: list[str] = field(default_factory=list[str])
