"""One page of the application."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.context import Role

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ui.app.frame.desk import Desk
    from ui.app.frame.site import Site

ROLES: tuple[Role, ...] = ("care", "marketer", "approver", "admin")


@dataclass(frozen=True)
class Page:
    """`path` is the last part of its URL; `build` fills it with components and events; only `roles` may enter.

    `routes` adds HTTP endpoints of its own, such as downloads.
    """

    key: str
    path: str
    roles: tuple[Role, ...]
    build: "Callable[[Desk], None]"
    routes: "Callable[[FastAPI, Site], None] | None" = None
