"""What a campaign is asked to be."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class PlanRequest:
    """Canonical or in people's words; None means: not limited, or the customer's own.

    `variants` maps a variant's name to what differs in it: `tone`, `offer` (always that one) or `mode`; customers are
    spread over them by a hash of campaign and customer. `offers` names those allowed; `mode` overrides the shop's.
    """

    segment: str | list[str]
    filters: dict[str, Any] = field(default_factory=dict[str, Any])
    budget: Decimal | None = None
    channel: str | None = None
    language: str | None = None
    tone: str | None = None
    limit: int | None = None
    name: str | None = None
    offers: list[str] | None = None
    variants: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    mode: str | None = None
