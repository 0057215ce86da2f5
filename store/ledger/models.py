"""The ledger's tables. Moments are naive, as the caller's clock gives them.

A change here needs a migration; `alembic.ini` in this folder says how to write one.
"""

from typing import Any

from pydantic import NaiveDatetime
from sqlalchemy import Column
from sqlalchemy.types import JSON
from sqlmodel import Field, SQLModel


class ContactBase(SQLModel):
    """Who a customer is and how to reach them; validated on construction."""

    customer_id: str
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    locale: str | None = None


class Contact(ContactBase, table=True):
    """A contact as it is kept: beside the words, the keys it is found by (see `store.ledger.keys`)."""

    __tablename__ = "contacts"  # pyright: ignore[reportAssignmentType]

    customer_id: str = Field(primary_key=True)
    email_key: str | None = Field(None, index=True)
    phone_key: str | None = Field(None, index=True)
    name_key: str | None = Field(None, index=True)
    last_name_key: str | None = Field(None, index=True)


class Consent(SQLModel, table=True):
    """Whether a customer may be written to on a channel (email, sms, push, call, wechat), since when and why."""

    __tablename__ = "consents"  # pyright: ignore[reportAssignmentType]

    customer_id: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    granted: bool
    at: NaiveDatetime
    source: str


class User(SQLModel, table=True):
    """Someone who works with Winback. `role` is care, marketer, approver or admin."""

    __tablename__ = "users"  # pyright: ignore[reportAssignmentType]

    name: str = Field(primary_key=True)
    role: str
    password_hash: str
    created_at: NaiveDatetime


class SignIn(SQLModel, table=True):
    """A user's session in a browser. The token is in the browser only; `key` is its SHA-256 in hex."""

    __tablename__ = "sign_ins"  # pyright: ignore[reportAssignmentType]

    key: str = Field(primary_key=True)
    user: str = Field(index=True)
    created_at: NaiveDatetime
    seen_at: NaiveDatetime
    expires_at: NaiveDatetime


class SignInFailures(SQLModel, table=True):
    """How often in a row signing in failed. `key` is the SHA-256 of a name, an address or both (`store.access`)."""

    __tablename__ = "sign_in_failures"  # pyright: ignore[reportAssignmentType]

    key: str = Field(primary_key=True)
    count: int
    last_at: NaiveDatetime = Field(index=True)


class ToolCallAudit(SQLModel, table=True):
    """One tool call: who, what, how long, how many rows, and what computed them."""

    __tablename__ = "tool_call_audit"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(None, primary_key=True)
    at: NaiveDatetime = Field(index=True)
    actor: str
    role: str
    conversation: str | None = Field(None, index=True)
    tool: str
    arguments: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    duration_ms: float
    rows: int = 0
    error: str | None = None
    model: str | None = None
    definition: str | None = None
