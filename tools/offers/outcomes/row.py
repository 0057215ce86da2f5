"""One outcome as it is reported. Everything in it is somebody else's word."""

import hashlib
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

Kind = Literal["order", "refund", "open", "click", "unsubscribe", "bounce"]
_EARLIEST, _LATEST = datetime(1990, 1, 1), datetime(2200, 1, 1)
_CENT, _MOST = Decimal("0.01"), Decimal(10) ** 11


def _folded(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _rounded(value: Decimal) -> Decimal:
    if not value.is_finite() or abs(value) > _MOST:
        raise ValueError("no amount of money")
    return value.quantize(_CENT, ROUND_HALF_UP)


def _here(moment: datetime) -> datetime:
    """On this machine's clock."""
    if not _EARLIEST <= moment.replace(tzinfo=None) <= _LATEST:
        raise ValueError("no moment of a shop's")
    return moment.astimezone().replace(tzinfo=None) if moment.tzinfo else moment


Money = Annotated[Decimal, AfterValidator(_rounded)]
Id = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]


class OutcomeRow(BaseModel):
    """`at` is naive, on this machine's clock; a moment with a zone is converted. Amounts are in the shop's currency."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, coerce_numbers_to_str=True)

    kind: Annotated[Kind, BeforeValidator(_folded)]
    at: Annotated[datetime, AfterValidator(_here)]
    event_id: Id | None = None
    customer_id: Id | None = None
    code: Id | None = None
    order_id: Id | None = None
    channel: str | None = None
    revenue: Money | None = None
    margin: Money | None = None

    @model_validator(mode="after")
    def _whole(self) -> "OutcomeRow":
        if self.customer_id is None and self.code is None:
            raise ValueError("neither customer_id nor code")
        if self.kind == "order" and self.revenue is None:
            raise ValueError("an order without revenue")
        if self.kind == "order" and self.revenue is not None and self.revenue < 0:
            raise ValueError("an order with negative revenue")
        if self.kind == "refund" and self.order_id is None:
            raise ValueError("a refund that names no order_id")
        if self.kind == "refund" and self.revenue is not None:
            self.revenue = abs(self.revenue)
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
    """Blank, or one of the ways in which a table says that nothing is there."""
    return str(value).strip() in ("", "None", "nan", "NaN", "NaT", "<NA>")
