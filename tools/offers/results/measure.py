"""A campaign against its holdout.

By intention to treat: once anything went out, everybody it was decided on counts in the arm they were drawn into,
whether or not their own message was approved, sent or read. Whose was not sent differ from the others, so leaving them
out would compare unlike customers.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from store.ledger import Campaign
from store.shop import Shop
from tools.offers.results.always_valid import LEVEL
from tools.offers.results.campaigns import find_campaign
from tools.offers.results.effects import compared, offers_of
from tools.offers.results.groups import chances_of, masks, segments_then, went_out
from tools.offers.results.model import Group, Offered, Results, State
from tools.offers.results.sums import Flags
from tools.offers.rewards import Rewards, rewards

_NOT_SENT: dict[str, State] = {"pending": "pending", "rejected": "rejected", "expired": "expired"}
_EXPECTED = 5.0  # buyers among those held back, from which it is odd that none is known


def results(shop: Shop, campaign: str | int | None, now: datetime) -> Results:
    """What is known by `now` of a campaign, by id or name; None: the latest that went out, or else that was planned.

    Raises ToolError naming the nearest campaigns where there is none such.
    """
    chosen = find_campaign(shop.ledger, campaign)
    number = chosen.id or 0
    with shop.ledger.session() as session:
        if not went_out(session, number):
            return Results(**_heading(shop, chosen, now), state=_NOT_SENT.get(chosen.state, "unsent"))
    rows = rewards(shop, now, campaign_id=number)
    with shop.ledger.session() as session:
        then, chances = segments_then(session, number), chances_of(session, number)
    return _measured(shop, chosen, rows, masks(rows, then), offers_of(rows, chances), now)


def _heading(shop: Shop, campaign: Campaign, known_until: datetime) -> dict[str, Any]:
    closes = campaign.created_at + timedelta(days=campaign.window_days)
    passed = (known_until - campaign.created_at).days
    return {
        "campaign_id": campaign.id or 0,
        "name": campaign.name,
        "currency": shop.currency,
        "at": campaign.created_at,
        "closes": closes,
        "known_until": known_until,
        "window_days": campaign.window_days,
        "days": min(max(passed, 0), campaign.window_days),
    }


def _measured(
    shop: Shop, campaign: Campaign, rows: Rewards, segments: dict[str, Flags], offers: list[Offered], now: datetime
) -> Results:
    heading, treated, held = (
        _heading(shop, campaign, rows.known_until.max().item()),
        rows.arm == "treated",
        rows.arm == "holdout",
    )
    whole = compared(rows, ~held, held, LEVEL) if held.any() else None
    return Results(
        **heading,
        state=_state(rows, held, now),
        offered=int((~held).sum()),
        held=int(held.sum()),
        control=int((rows.arm == "control").sum()),
        treated=int(treated.sum()),
        sent=int((treated & rows.sent).sum()),
        used=int(rows.used.sum()),
        cost=float(rows.cost.sum()),
        margin=whole.margin if whole else None,
        net=whole.net if whole else None,
        segments=_segments(rows, held, segments),
        tests=_tests(rows, ~held),
        offers=offers,
        assumed_margin=rows.margin_share if rows.assumed else None,
        unreported=_unreported(rows, held),
    )


def _state(rows: Rewards, held: Flags, now: datetime) -> State:
    if not held.any():
        return "no_holdout"
    if rows.matured.all():
        return "known"
    return "stale" if rows.until.max() <= np.datetime64(now) else "open"


def _segments(rows: Rewards, held: Flags, segments: dict[str, Flags]) -> list[Group]:
    """Those with customers in both arms; all looked at together hold at LEVEL (Bonferroni)."""
    both = {name: mask for name, mask in segments.items() if (mask & held).any() and (mask & ~held).any()}
    level = 1 - (1 - LEVEL) / max(len(both), 1)
    return [compared(rows, mask & ~held, mask & held, level, name) for name, mask in both.items()]


def _tests(rows: Rewards, offered: Flags) -> list[Group]:
    """Each side of a test after the first against the first."""
    names: Sequence[str] = sorted({str(one) for one in rows.variant[offered] if one is not None})
    level = 1 - (1 - LEVEL) / max(len(names) - 1, 1)
    sides = {name: offered & (rows.variant == name) for name in names}
    return [compared(rows, sides[one], sides[names[0]], level, f"{one}/{names[0]}") for one in names[1:]]


def _unreported(rows: Rewards, held: Flags) -> bool:
    """Whether it looks as if only orders of those with offers came back."""
    if not held.any() or (rows.orders[held] > 0).any():
        return False
    return float((rows.orders[~held] > 0).mean()) * float(held.sum()) >= _EXPECTED
