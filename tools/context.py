"""What every tool call is given: the shop, who asks, and when. Tools never read the clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from langchain_core.language_models import BaseChatModel

from store.shop import Shop

Role = Literal["care", "marketer", "approver", "admin"]


@dataclass(frozen=True)
class Actor:
    """Who is asking."""

    id: str
    role: Role


@dataclass(frozen=True)
class ToolContext:
    """The world a tool call sees.

    `contacts` maps the tokens that stand in for personal data (`<email-1>`) to what the person wrote. `language` is the
    question's: "en" or "zh"; tools that can, answer in it.
    """

    shop: Shop
    actor: Actor
    now: datetime
    contacts: Mapping[str, str] = field(default_factory=dict[str, str])
    conversation: str | None = None
    model_name: str | None = None
    llm: BaseChatModel | None = None
    language: Literal["en", "zh"] = "en"
