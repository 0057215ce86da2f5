"""What a page is given: the shop, the words, and the one way in which events reach functions."""

import inspect
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import datetime
from html import escape
from typing import Any

import gradio as gr

from store.errors import WinbackError
from store.shop import Shop
from tools.context import Role, ToolContext
from ui.app.frame.page import Page
from ui.app.frame.site import Site
from ui.app.frame.visit import Visit
from ui.app.frame.words import Language, Words

log = logging.getLogger(__name__)


class Desk:
    """One page in one language. `blocks` is the application under construction; `site` what all pages share."""

    def __init__(self, site: Site, page: Page, language: Language, blocks: gr.Blocks) -> None:
        self.site = site
        self.page = page
        self.language: Language = language
        self.blocks = blocks
        self.words = Words(site.folder_of(page), language)

    def shop(self) -> Shop:
        """The shop. Raises WinbackError where none is loaded."""
        return self.site.shop()

    def context(self, visit: Visit) -> ToolContext:
        """The world of a tool call that this visitor makes; without a model."""
        return ToolContext(shop=self.shop(), actor=visit.actor, now=visit.now, language=self.language)

    def url(self, page: str, /, **query: object) -> str:
        """The address of a page by its key, in this language."""
        return self.site.url(page, self.language, **query)

    def on_load(self, function: Callable[..., Any], outputs: Any, inputs: Any = None, **options: Any) -> Any:
        """Calls `function(visit)` when the page is opened."""
        return self.bind(self.blocks.load, function, inputs, outputs, **options)

    def bind(
        self,
        event: Callable[..., Any],
        function: Callable[..., Any],
        inputs: Any = None,
        outputs: Any = None,
        *,
        roles: Sequence[Role] | None = None,
        **options: Any,
    ) -> Any:
        """Calls `function(visit, *inputs)` on an event (`button.click`), for `roles` (default: the page's).

        The role is looked up anew at every event. A WinbackError is shown as a notice and leaves the outputs as they
        are; any other failure is logged and told in one sentence. `function` may be a generator; one that mostly waits
        is best an asynchronous one, which takes no thread. Events are private.
        """
        given = _listed(inputs)
        wanted = _listed(outputs)
        handler = self._guarded(function, len(given), len(wanted), tuple(roles or self.page.roles))
        return event(
            handler,
            given or None,
            wanted or None,
            api_visibility="private",
            **{"show_progress": "hidden", "concurrency_limit": None, **options},
        )

    def _guarded(self, function: Callable[..., Any], given: int, wanted: int, roles: tuple[Role, ...]) -> Any:
        def before(values: tuple[Any, ...]) -> tuple[Visit, tuple[Any, ...]]:
            *inputs, event, request = values
            return self._visit(request, event, roles), tuple(inputs)

        def call(*values: Any) -> Any:
            try:
                visit, inputs = before(values)
                return function(visit, *inputs)
            except Exception as problem:
                return self._told(problem, wanted)

        # Gradio empties all outputs of a generator that gives nothing, hence the skips.
        def stream(*values: Any) -> Iterator[Any]:
            given = False
            try:
                visit, inputs = before(values)
                for one in function(visit, *inputs):
                    given = True
                    yield one
            except Exception as problem:
                yield self._told(problem, wanted)
            else:
                if not given:
                    yield _kept(wanted)

        async def stream_async(*values: Any) -> AsyncIterator[Any]:
            given = False
            try:
                visit, inputs = before(values)
                async for one in function(visit, *inputs):
                    given = True
                    yield one
            except Exception as problem:
                yield self._told(problem, wanted)
            else:
                if not given:
                    yield _kept(wanted)

        handler = call
        if inspect.isgeneratorfunction(function):
            handler = stream
        elif inspect.isasyncgenfunction(function):
            handler = stream_async
        return _as_gradio_reads_it(handler, given)

    def _visit(self, request: gr.Request, event: gr.EventData | None, roles: tuple[Role, ...]) -> Visit:
        actor = self.site.actor_of(request.cookies)
        if actor is None:
            raise WinbackError(self.words("gate.signed_out"))
        if actor.role not in roles:
            role = self.words(f"role.{actor.role}")
            raise WinbackError(self.words("gate.forbidden", role=role))
        data = event._data if event is not None and isinstance(event._data, dict) else {}
        return Visit(actor, self.language, datetime.now(), dict(request.query_params), data)

    def _told(self, problem: Exception, wanted: int) -> Any:
        if isinstance(problem, gr.Error):
            raise problem
        if not isinstance(problem, WinbackError):
            log.error("an event of %s failed", self.page.key, exc_info=problem)
        said = str(problem) if isinstance(problem, WinbackError) else self.words("gate.unexpected")
        gr.Warning(escape(said))
        return _kept(wanted)


def _kept(wanted: int) -> Any:
    """Outputs that stay as they are."""
    kept = [gr.skip() for _ in range(wanted)]
    return kept if wanted != 1 else kept[0]


def _listed(components: Any) -> list[Any]:
    if components is None:
        return []
    return list(components) if isinstance(components, (list, tuple)) else [components]


def _as_gradio_reads_it(handler: Callable[..., Any], given: int) -> Callable[..., Any]:
    """Gradio reads from the signature how many inputs a function takes, and whether it wants event and request."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    inputs = [inspect.Parameter(f"input_{place}", kind) for place in range(given)]
    special = {"event": gr.EventData, "request": gr.Request}
    extra = [inspect.Parameter(name, kind, annotation=type_) for name, type_ in special.items()]
    handler.__signature__ = inspect.Signature([*inputs, *extra])  # pyright: ignore[reportFunctionMemberAccess]
    handler.__annotations__ = dict(special)
    return handler
