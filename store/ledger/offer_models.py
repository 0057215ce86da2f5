"""The ledger's tables for offers: catalogue, policies, campaigns, decisions, messages, drafts, deliveries, outcomes.

Money is whole cents of the shop's currency. Moments are naive, as the caller's clock gives them. Rows refer to each
other by id; what must hold whatever a program does (a budget, one contact per draft) is a constraint here.
"""

from typing import Any

from pydantic import NaiveDatetime
from sqlalchemy import BigInteger, CheckConstraint, Column
from sqlalchemy.types import JSON
from sqlmodel import Field, SQLModel


def _json() -> Any:
    return Column(JSON, nullable=False)


class CatalogueVersion(SQLModel, table=True):
    """A catalogue as it was proposed. `state` is proposed, approved or rejected; the latest approved one is in force.

    Whoever proposed it cannot decide on it.
    """

    __tablename__ = "catalogue_versions"  # pyright: ignore[reportAssignmentType]

    version: int | None = Field(None, primary_key=True)
    text: str
    state: str = Field(index=True)
    proposed_at: NaiveDatetime
    proposed_by: str
    decided_at: NaiveDatetime | None = None
    decided_by: str | None = None
    reason: str | None = None


class PolicyVersion(SQLModel, table=True):
    """A policy that has been learned. `state` is candidate, live or retired; one at most is live.

    `evaluation` holds its estimated gain with the interval, as shown to the person who deployed it.
    """

    __tablename__ = "policy_versions"  # pyright: ignore[reportAssignmentType]

    version: str = Field(primary_key=True)
    state: str = Field(index=True)
    trained_until: NaiveDatetime
    decisions: int
    evaluation: dict[str, Any] = Field(default_factory=dict, sa_column=_json())
    created_at: NaiveDatetime
    created_by: str
    deployed_at: NaiveDatetime | None = None
    deployed_by: str | None = None


class PolicyMode(SQLModel, table=True):
    """How offers are picked from a moment on: explore, exploit or fixed (always `offer`). The latest row counts."""

    __tablename__ = "policy_modes"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(None, primary_key=True)
    mode: str
    offer: str | None = None
    at: NaiveDatetime
    by: str
    reason: str | None = None


class Campaign(SQLModel, table=True):
    """A campaign. `state` is pending, approved, rejected or expired; `budget_cents` None means only the global one.

    `variants` maps a variant's name ("A", "B") to what differs in it (tone, offer, policy); empty without a test.
    """

    __tablename__ = "campaigns"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(None, primary_key=True)
    name: str = Field(unique=True)
    state: str = Field(index=True)
    segment: list[str] = Field(default_factory=list, sa_column=_json())
    filters: dict[str, Any] = Field(default_factory=dict, sa_column=_json())
    variants: dict[str, Any] = Field(default_factory=dict, sa_column=_json())
    channel: str | None = None
    language: str | None = None
    tone: str | None = None
    mode: str
    policy_version: str
    catalogue_version: int
    budget_cents: int | None = None
    window_days: int
    as_of: NaiveDatetime
    created_at: NaiveDatetime
    created_by: str
    expires_at: NaiveDatetime
    decided_at: NaiveDatetime | None = None
    decided_by: str | None = None
    reason: str | None = None


class Decision(SQLModel, table=True):
    """What was decided for one customer, and why. Never changed once written.

    `arm` is treated (gets `offer`), control (the policy picked nothing), holdout (would have been decided on, but never
    gets an offer) or ruled_out (a step of the funnel left nothing). `offer` is "nothing" for all but the treated.
    `propensity` is the probability with which `offer` was picked among `options`; 1 where there was no choice.
    `options` maps each eligible offer to {"propensity", "gain"} (gain: estimated margin less cost, in the currency);
    `context` is what the policy saw, by feature; `trace` is the list of funnel steps.
    `reserved_cents` is the most that the offer can cost; `send_after` the first moment at which it may be sent.
    """

    __tablename__ = "decisions"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint("propensity > 0 AND propensity <= 1", name="propensity_is_a_probability"),)

    id: int | None = Field(None, primary_key=True)
    campaign_id: int | None = Field(None, foreign_key="campaigns.id", index=True)
    customer_id: str = Field(index=True)
    at: NaiveDatetime = Field(index=True)
    as_of: NaiveDatetime
    catalogue_version: int
    policy_version: str
    mode: str
    arm: str
    variant: str | None = None
    offer: str
    channel: str | None = None
    propensity: float
    options: dict[str, Any] = Field(default_factory=dict, sa_column=_json())
    context: dict[str, Any] = Field(default_factory=dict, sa_column=_json())
    trace: list[Any] = Field(default_factory=list, sa_column=_json())
    reserved_cents: int = 0
    window_days: int
    send_after: NaiveDatetime | None = None
    actor: str


class Message(SQLModel, table=True):
    """A text with merge tags, for one draft or for all drafts of a campaign with the same offer and language.

    A rewrite is a new row that names the one before in `previous_id`. `author` is a model's name, `template` or the
    person who edited it; `note` says why the offer's own template stands here instead of the model's text.
    """

    __tablename__ = "messages"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(None, primary_key=True)
    campaign_id: int | None = Field(None, foreign_key="campaigns.id", index=True)
    previous_id: int | None = Field(None, foreign_key="messages.id")
    offer: str
    catalogue_version: int
    channel: str
    language: str
    tone: str
    variant: str | None = None
    subject: str | None = None
    body: str
    author: str
    note: str | None = None
    instruction: str | None = None
    created_at: NaiveDatetime
    created_by: str


class Draft(SQLModel, table=True):
    """An offer to one customer that waits for a person, or did. `state` is pending, approved, rejected, expired,
    exported or withdrawn (approved, but found at export to be no longer allowed; `reason` says why)."""

    __tablename__ = "drafts"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(None, primary_key=True)
    decision_id: int = Field(foreign_key="decisions.id", unique=True)
    campaign_id: int | None = Field(None, foreign_key="campaigns.id", index=True)
    message_id: int = Field(foreign_key="messages.id", index=True)
    customer_id: str = Field(index=True)
    offer: str
    channel: str
    language: str
    code: str | None = Field(None, unique=True)
    valid_until: NaiveDatetime | None = None
    state: str = Field(index=True)
    edited: bool = False
    created_at: NaiveDatetime
    expires_at: NaiveDatetime
    decided_at: NaiveDatetime | None = None
    decided_by: str | None = None
    reason: str | None = None


class Budget(SQLModel, table=True):
    """Money that may be promised: `scope` is `campaign:ID` or `month:YYYY-MM` (all campaigns together)."""

    __tablename__ = "budgets"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("reserved_cents >= 0 AND spent_cents >= 0", name="budget_is_not_negative"),
        CheckConstraint("reserved_cents + spent_cents <= limit_cents", name="budget_is_kept"),
    )

    scope: str = Field(primary_key=True)
    limit_cents: int = Field(sa_type=BigInteger)
    reserved_cents: int = Field(0, sa_type=BigInteger)
    spent_cents: int = Field(0, sa_type=BigInteger)


class Reservation(SQLModel, table=True):
    """What one decision holds: money and a contact. `state` is held, settled (money: redeemed or lapsed) or released.

    `contact_at` is when the contact was made, or is planned; caps count held and settled ones. `scopes` names the
    budgets.
    """

    __tablename__ = "reservations"  # pyright: ignore[reportAssignmentType]

    decision_id: int = Field(primary_key=True, foreign_key="decisions.id")
    customer_id: str = Field(index=True)
    channel: str
    contact_at: NaiveDatetime
    cents: int
    spent_cents: int = 0
    scopes: list[str] = Field(default_factory=list, sa_column=_json())
    state: str = Field(index=True)


class Delivery(SQLModel, table=True):
    """The outbox: at most one row per draft. `state` is ready, sending, sent or failed; `key` makes it idempotent."""

    __tablename__ = "deliveries"  # pyright: ignore[reportAssignmentType]

    draft_id: int = Field(primary_key=True, foreign_key="drafts.id")
    key: str = Field(unique=True)
    via: str
    target: str
    state: str = Field(index=True)
    attempts: int = 0
    next_at: NaiveDatetime
    sent_at: NaiveDatetime | None = None
    error: str | None = None


class Outcome(SQLModel, table=True):
    """Something that came back: an order, a refund, an opening, a click, an unsubscription, a bounce.

    `key` is the sender's event id, or what makes the event unique; `margin_cents` None means unknown.
    """

    __tablename__ = "outcomes"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(None, primary_key=True)
    key: str = Field(unique=True)
    decision_id: int | None = Field(None, foreign_key="decisions.id", index=True)
    customer_id: str = Field(index=True)
    kind: str
    at: NaiveDatetime = Field(index=True)
    code: str | None = None
    order_id: str | None = Field(None, index=True)
    revenue_cents: int | None = None
    margin_cents: int | None = None
    source: str
    received_at: NaiveDatetime
