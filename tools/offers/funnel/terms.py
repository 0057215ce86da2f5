"""What is the same for everybody who goes through the funnel at one time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, get_args

from tools.offers.catalogue.model import NOTHING, Catalogue, Channel, Offer
from tools.offers.funnel.arrays import Array
from tools.offers.people import People

CHANNELS: tuple[str, ...] = get_args(Channel)
Step = Literal["candidates", "eligible", "consent", "contact_policy", "budget", "chosen"]

# why a step rules an offer out; a reason's place here is its number in arrays, where 0 means that the offer is still in
REASONS: tuple[tuple[str, str], ...] = (
    ("", ""),
    ("candidates", "not_asked"),
    ("eligible", "channel"),
    ("eligible", "not_started"),
    ("eligible", "ended"),
    ("eligible", "segment"),
    ("eligible", "not_segment"),
    ("eligible", "country"),
    ("eligible", "category"),
    ("eligible", "minimum_margin"),
    ("eligible", "minimum_orders"),
    ("eligible", "no_text"),
    ("consent", "no_consent"),
    ("contact_policy", "cooldown"),
    ("contact_policy", "no_hour"),
    ("contact_policy", "cap_day"),
    ("contact_policy", "cap_week"),
    ("contact_policy", "cap_day_all"),
    ("contact_policy", "cap_week_all"),
    ("budget", "budget_campaign"),
    ("budget", "budget_month"),
)
NUMBER: dict[str, int] = {key: nth for nth, (_step, key) in enumerate(REASONS)}


class Picks(Protocol):
    """A policy, as far as the funnel needs one: see `tools.offers.policy`."""

    @property
    def version(self) -> str: ...

    @property
    def note(self) -> str | None: ...

    def gains(self, people: People, catalogue: Catalogue, offers: Sequence[str]) -> Array: ...

    def probabilities(
        self, gains: Array, allowed: Array, mode: str, fixed: str | None, offers: Sequence[str]
    ) -> Array: ...


@dataclass(frozen=True)
class Terms:
    """`asked` limits the offers, `channel` and `language` are the asked ones, None where the customer's own count.

    Without `nothing` an offer has to be picked where one is allowed. `zone` is the shop's.
    """

    version: int
    catalogue: Catalogue
    policy: Picks
    mode: str
    fixed: str | None
    now: datetime
    as_of: datetime
    zone: str
    channel: str | None = None
    language: str | None = None
    asked: frozenset[str] | None = None
    nothing: bool = True
    offers: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "offers", (NOTHING, *(offer.id for offer in self.catalogue.offers)))

    @property
    def real(self) -> list[tuple[int, Offer]]:
        """Offers with their column in arrays; column 0 is "nothing"."""
        return list(enumerate(self.catalogue.offers, 1))
