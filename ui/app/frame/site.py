"""What all pages share: settings, the shop once it is loaded, who is signed in, and the pages themselves."""

import inspect
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from store.errors import WinbackError
from store.settings import Settings
from store.shop import Shop
from tools.context import Actor, Role
from ui.app.frame.page import Page
from ui.app.frame.words import Language

if TYPE_CHECKING:
    from ui.app.gate.doorkeeper import Doorkeeper

Service = TypeVar("Service")


class Site:
    """One running application."""

    def __init__(self, settings: Settings, doorkeeper: "Doorkeeper", pages: Sequence[Page]) -> None:
        self.settings = settings
        self.doorkeeper = doorkeeper
        self.pages = tuple(pages)
        self._shop: Shop | None = None
        self._services: dict[object, Any] = {}
        self._lock = threading.RLock()

    def shop(self) -> Shop:
        """The shop, opened at its first use. Raises WinbackError where none is loaded."""
        with self._lock:
            if self._shop is None:
                self._shop = Shop.open(settings=self.settings)
            return self._shop

    def service(self, kind: "Callable[[Site], Service]") -> Service:
        """The one `kind(site)` of this application, made at its first use."""
        with self._lock:
            if kind not in self._services:
                self._services[kind] = kind(self)
            return self._services[kind]

    def loaded(self) -> Shop | None:
        """The shop, or None where none is loaded."""
        try:
            return self.shop()
        except WinbackError:
            return None

    def actor_of(self, cookies: Mapping[str, str]) -> Actor | None:
        """Who sent a request, by its cookies; None where nobody is signed in."""
        return self.doorkeeper.actor_of(cookies)

    def page(self, key: str) -> Page:
        return next(page for page in self.pages if page.key == key)

    def page_at(self, path: str) -> Page | None:
        return next((page for page in self.pages if page.path == path), None)

    def pages_for(self, role: Role) -> list[Page]:
        return [page for page in self.pages if role in page.roles]

    def folder_of(self, page: Page) -> Path:
        """Where the page's templates and words are: beside the function that builds it."""
        return Path(inspect.getfile(page.build)).parent

    def url(self, page: str, language: Language, /, **query: object) -> str:
        given = {name: value for name, value in query.items() if value is not None}
        return f"/{language}/{self.page(page).path}" + (f"?{urlencode(given)}" if given else "")

    def close(self) -> None:
        """Closes what the services hold, and the shop."""
        for service in self._services.values():
            if callable(close := getattr(service, "close", None)):
                close()
        self._services.clear()
        if self._shop is not None:
            self._shop.close()
            self._shop = None
