"""What a catalogue says: the offers, what they cost, who may get them, and the rules of contact. Money is Decimal."""

from datetime import date, time
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

NOTHING = "nothing"
Kind = Literal["coupon", "free_shipping", "points", "gift", "access", "care_call"]
Channel = Literal["email", "sms", "push", "call", "wechat"]
Money = Annotated[Decimal, Field(decimal_places=2, max_digits=12)]  # whole cents
ByLanguage = dict[str, str]  # ISO 639-1 code -> words


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Strict):
    """A template with merge tags; `subject` for e-mail only."""

    subject: str | None = None
    body: str


class Eligibility(Strict):
    """Who may get an offer; what is left out does not limit. One of the `segments`, `countries` and `categories`
    bought is enough, and none of `not_segments` may hold. `minimum_margin` is the least contribution margin, as a share
    of revenue, that what the customer usually buys must leave."""

    segments: list[str] = Field(default_factory=list)
    not_segments: list[str] = Field(default_factory=list)
    countries: list[str] = Field(default_factory=list)
    categories: list[str] = Field(default_factory=list)
    minimum_margin: float = Field(default=0.0, ge=0, lt=1)
    minimum_orders: int = Field(default=0, ge=0)


class Offer(Strict):
    """One offer. What the customer gets: `percent` off or `amount` off an order of at least `minimum_order`, or what
    `name` says. What the shop pays when it is redeemed: `cost_percent` of the order plus `cost_amount`, `cost_most` at
    most; a coupon's cost is its discount unless set, and `cost_most` is then the most that comes off as well."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    kind: Kind
    name: ByLanguage
    percent: Decimal | None = Field(default=None, gt=0, le=100)
    amount: Money | None = Field(default=None, gt=0)
    minimum_order: Money = Field(default=Decimal(0), ge=0)
    cost_percent: Decimal = Field(default=Decimal(0), ge=0, le=100)
    cost_amount: Money = Field(default=Decimal(0), ge=0)
    cost_most: Money | None = Field(default=None, ge=0)
    code: str | None = Field(
        default=None, pattern=r"^[A-Z0-9]{2,12}$"
    )  # prefix of the codes, one per customer; None where nothing has to be entered
    channels: list[Channel] = Field(min_length=1)
    languages: list[str] = Field(default_factory=list)  # empty: every language that has a text
    valid_days: int = Field(default=30, ge=1, le=365)
    starts: date | None = None
    ends: date | None = None
    eligible: Eligibility = Eligibility()
    texts: dict[str, dict[str, Text]]  # language -> channel, or "any" -> template


class Caps(Strict):
    """Contacts per customer, at most, in any 24 hours and in any seven days."""

    day: int = Field(ge=0)
    week: int = Field(ge=0)


class QuietHours(Strict):
    """No contact between these times of the customer's day; may span midnight."""

    start: time = time(21)
    end: time = time(8)


class Contact(Strict):
    """The rules of contact. `caps` by channel, and under `all` over all channels; `cost` of one contact by channel."""

    caps: dict[Literal["all", "email", "sms", "push", "call", "wechat"], Caps]
    quiet_hours: QuietHours = QuietHours()
    complaint_cooldown_days: int = Field(default=14, ge=0)
    cost: dict[Channel, Money] = Field(default_factory=dict)


class Holdout(Strict):
    """Customers who never get an offer: those whose id, hashed with `salt`, falls into `share`."""

    share: float = Field(default=0.1, ge=0, lt=1)
    salt: str = "winback"


class Catalogue(Strict):
    """Everything that two people agree on before an offer can go out. `monthly_budget` bounds all campaigns together;
    `window_days` is how long after a decision orders count as its outcome."""

    currency: str = Field(pattern=r"^[A-Z]{3}$")
    offers: list[Offer] = Field(min_length=1)
    contact: Contact
    monthly_budget: Money = Field(ge=0)
    holdout: Holdout = Holdout()
    window_days: int = Field(default=30, ge=1, le=365)
    draft_days: int = Field(default=14, ge=1, le=90)  # until a pending draft expires
    opt_out: dict[str, ByLanguage]  # channel -> language -> the line that says how to stop messages

    def offer(self, offer_id: str) -> Offer:
        """Raises KeyError for an unknown one."""
        return {offer.id: offer for offer in self.offers}[offer_id]
