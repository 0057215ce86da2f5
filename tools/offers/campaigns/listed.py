"""Campaigns with the counts of what they hold."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, func, select

from store.errors import WinbackError
from store.ledger import Budget, Campaign, Decision, Draft, Ledger
from tools.offers.funnel.holds import campaign_scope


@dataclass(frozen=True)
class Listed:
    """A campaign; how many customers are in each arm, how many drafts in each state, and its budget, None where only
    the month's limits it. `reserved_cents` is the most that its drafts could cost when they were planned."""

    campaign: Campaign
    arms: Counter[str] = field(default_factory=Counter[str])
    drafts: Counter[str] = field(default_factory=Counter[str])
    budget: Budget | None = None
    reserved_cents: int = 0

    @property
    def id(self) -> int:
        return self.campaign.id or 0

    @property
    def considered(self) -> int:
        return sum(self.arms.values())


def campaigns(ledger: Ledger, limit: int = 50, offset: int = 0) -> tuple[list[Listed], int]:
    """The latest first, and how many there are in all."""
    with ledger.session() as session:
        total = session.exec(select(func.count()).select_from(Campaign)).one()
        wanted = select(Campaign).order_by(col(Campaign.id).desc()).offset(offset).limit(limit)
        return _counted(session, list(session.exec(wanted))), total


def one_campaign(ledger: Ledger, campaign_id: int) -> Listed:
    """Raises WinbackError where there is none."""
    with ledger.session() as session:
        found = session.get(Campaign, campaign_id)
        if found is None:
            raise WinbackError(f"There is no campaign {campaign_id}.")
        return _counted(session, [found])[0]


def _counted(session: Session, found: Sequence[Campaign]) -> list[Listed]:
    ids = [one.id or 0 for one in found]
    plain: Any = session
    arms, drafts, reserved = (dict[int, Counter[str]]() for _ in range(3))
    counted: Any = select(
        Decision.campaign_id, Decision.arm, func.count(), func.coalesce(func.sum(Decision.reserved_cents), 0)
    ).where(col(Decision.campaign_id).in_(ids))
    for number, arm, count, cents in plain.exec(counted.group_by(col(Decision.campaign_id), Decision.arm)):
        arms.setdefault(number, Counter())[arm] = count
        reserved.setdefault(number, Counter())["cents"] += int(cents)
    states: Any = select(Draft.campaign_id, Draft.state, func.count()).where(col(Draft.campaign_id).in_(ids))
    for number, state, count in plain.exec(states.group_by(col(Draft.campaign_id), Draft.state)):
        drafts.setdefault(number, Counter())[state] = count
    scopes = {campaign_scope(number): number for number in ids}
    budgets = {
        scopes[one.scope]: one for one in session.exec(select(Budget).where(col(Budget.scope).in_(list(scopes))))
    }
    return [
        Listed(
            one,
            arms.get(number, Counter()),
            drafts.get(number, Counter()),
            budgets.get(number),
            reserved.get(number, Counter())["cents"],
        )
        for one, number in zip(found, ids, strict=True)
    ]
