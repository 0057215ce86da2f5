"""What was decided for one customer."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from tools.offers.catalogue import Catalogue, Offer

Arm = Literal["treated", "control", "holdout", "ruled_out"]


@dataclass(frozen=True)
class Decided:
    """`decision_id` is None where nothing was written (a dry run). `offer` is "nothing" for all but the treated; `best`
    is the allowed offer of the highest gain whatever the arm, "nothing" where none is allowed or worth its cost.

    `options` maps each allowed offer to {"propensity", "gain"}; `out` each other one to the step and the reason that
    ruled it out; `trace` holds every step. `reserved` is the most the offer can cost. `language` is the language of the
    text; `send_after` the first moment of contact, `valid_until` the last of the offer, both on the caller's clock.
    """

    decision_id: int | None
    customer_id: str
    arm: Arm
    offer: str
    best: str
    channel: str | None
    language: str | None
    propensity: float
    gain: float
    options: dict[str, dict[str, float]]
    out: dict[str, tuple[str, str]]
    trace: list[dict[str, Any]]
    reserved: Decimal
    send_after: datetime | None
    valid_until: datetime | None
    as_of: datetime
    catalogue_version: int
    catalogue: Catalogue
    policy_version: str
    mode: str
    notes: list[str] = field(default_factory=list[str])

    @property
    def terms(self) -> Offer | None:
        """The offer as the catalogue has it; None for "nothing"."""
        return None if self.offer == "nothing" else self.catalogue.offer(self.offer)
