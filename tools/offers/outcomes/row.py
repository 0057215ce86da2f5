"""One outcome as it is reported. Everything in it is somebody else's word."""

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

Kind = Literal["order", "refund", "open", "click", "unsubscribe", "bounce"]
Money = Annotated[Decimal, Field(max_digits=14, decimal_places=2)]
Id = Annotated[str, Field(min_length=1, max_length=200)]


def _folded(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


class OutcomeRow(BaseModel):
    """`at` is naive, on this machine's clock; a moment with a zone is converted. Amounts are in the shop's currency."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    kind: Annotated[Kind, BeforeValidator(_folded)]
    at: datetime
    event_id: Id | None = None
    customer_id: Id | None = None
    code: Id | None = None
    order_id: Id | None = None
    channel: str | None = None
    revenue: Money | None = Field(None, ge=0)
    margin: Money | None = None

    @model_validator(mode="after")
    def _whole(self) -> "OutcomeRow":
        if self.customer_id is None and self.code is None:
            raise ValueError("neither customer_id nor code")
        if self.kind == "order" and self.revenue is None:
            raise ValueError("an order without revenue")
        if self.kind == "refund" and self.order_id is None:
            raise ValueError("a refund that names no order_id")
        if self.at.tzinfo is not None:
            self.at = self.at.astimezone().replace(tzinfo=None)
        return self

    @property
    def key(self) -> str:
        """The sender's event id, or else what makes the event one: an order is one however often it is told."""
        if self.event_id:
            return f"event:{self.event_id}"
        if self.order_id:
            return f"{self.kind}:{self.order_id}"
        told = f"{self.kind}|{self.customer_id}|{self.code}|{self.at.isoformat()}|{self.revenue}"
        return f"told:{hashlib.blake2b(told.encode(), digest_size=16).hexdigest()}"


def parsed(raw: dict[str, Any]) -> OutcomeRow | str:
    """The row, or in words why it cannot be one."""
    given = {name: value for name, value in raw.items() if not _is_empty(value)}
    try:
        return OutcomeRow.model_validate(given)
    except ValidationError as problem:
        first = problem.errors()[0]
        return _reason(first["type"], str(first["loc"][0]) if first["loc"] else "", first["msg"])


def _reason(kind: str, where: str, message: str) -> str:
    if kind == "missing":
        return f"{where} is missing"
    if kind == "literal_error":
        return f"{where} is none of {', '.join(get_args(Kind))}"
    if kind == "value_error" and not where:
        return message.removeprefix("Value error, ")
    return f"{where} cannot be read: {message[0].lower()}{message[1:]}"


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value != value  # NaN
