"""Answers as HTML: lines, lists, emphasis and tables; everything else in them stays text."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from ui.app.frame.words import Language

_LONGEST = 60_000
_CUSTOMER = re.compile(r"\bc\d{4,9}\b")


def text(words: str, language: Language) -> Markup:
    """`words` as HTML. No HTML, link or image of theirs becomes one; ids like c000042 link to the customer's page."""
    made = _markdown().parse(words[:_LONGEST])
    for token in made:
        for child in token.children or []:
            if child.type == "text" and _CUSTOMER.search(child.content):
                child.meta["language"] = language
    # markdown-it escapes all text itself: html, links, images and autolinks are off.
    return Markup(_markdown().renderer.render(made, _markdown().options, {}))


def _markdown() -> MarkdownIt:
    return _MARKDOWN


def _made() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True, "maxNesting": 20})
    made.enable("table").disable(["link", "image", "autolink", "html_block", "html_inline", "reference", "entity"])
    made.disable(["lheading", "code", "hr"])
    made.add_render_rule("text", _text)
    # The page has its own headings; those of an answer are bold lines.
    made.add_render_rule("heading_open", lambda *_: "<p><strong>")
    made.add_render_rule("heading_close", lambda *_: "</strong></p>")
    made.add_render_rule("table_open", lambda *_: '<div class="wb-table"><div class="wb-scroll"><table>')
    made.add_render_rule("table_close", lambda *_: "</table></div></div>")
    return made


def _text(self: object, tokens: list[Token], place: int, options: object, env: object) -> str:
    token = tokens[place]
    escaped = str(Markup.escape(token.content))
    language = token.meta.get("language")
    if language is None:
        return escaped
    return _CUSTOMER.sub(lambda found: f'<a href="/{language}/customers?id={found[0]}">{found[0]}</a>', escaped)


_MARKDOWN = _made()
