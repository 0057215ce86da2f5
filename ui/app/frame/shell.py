"""The shell around each Gradio page: brand, navigation, who is signed in. It is put into the page on its way out."""

import re
from pathlib import Path
from typing import Any

from markupsafe import Markup

from tools.context import Actor
from ui.app.frame.html import Templates
from ui.app.frame.page import ROLES, Page
from ui.app.frame.site import Site
from ui.app.frame.words import Language, Words

_HERE = Path(__file__).parent
_BODY = re.compile(r"<body[^>]*>")
_OUTSIDE = re.compile(r'<meta\s+(?:property="og|name="twitter)[^>]*>|<link rel="manifest"[^>]*>')
_IFRAME_HELPER = re.compile(r"<script>\s*\(function \(\) \{\s*const origin.*?</script>", re.DOTALL)


def _styles() -> str:
    """Links to our style sheets: the common one, and those of pages."""
    assets = _HERE.parent / "assets"
    sheets = [assets / "style.css", *sorted((assets / "pages").glob("*.css"))]
    return "".join(f'<link rel="stylesheet" href="/assets/{one.relative_to(assets).as_posix()}">' for one in sheets)


class Shell:
    """Dresses Gradio's page for one visitor."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._render = Templates(_HERE)

    def dress(self, html: str, page: Page, language: Language, actor: Actor, here: str, nonce: str) -> str:
        """Gradio's HTML with the shell before the application, without outside addresses, its scripts under `nonce`."""
        html = _OUTSIDE.sub("", html)
        html = _IFRAME_HELPER.sub("", html)
        html = re.sub(r"<script(?=[\s>])", f'<script nonce="{nonce}"', html)
        html = html.replace('lang="en"', f'lang="{language}"', 1)
        shell = self.shell(page, language, actor, here)
        head = '<link rel="icon" href="/assets/favicon.svg"><script src="/assets/app.js"></script>'
        head += '<script src="/assets/chat.js" defer></script>' if page.key == "chat" else ""
        html = html.replace("<head>", f"<head>{head}", 1)
        # After Gradio's own styles, so that ours win.
        html = html.replace("</head>", f"{_styles()}</head>", 1)
        html = _BODY.sub(lambda found: f'<body class="wb" data-page="{page.key}">{shell}', html, count=1)
        return html.replace("<gradio-app", '<gradio-app id="wb-main" role="main"', 1)

    def shell(self, page: Page, language: Language, actor: Actor, here: str) -> Markup:
        words = Words(_HERE, language)
        other: Language = "en" if language == "zh" else "zh"
        return self._render(
            "shell",
            t=words,
            language=language,
            pages=[self._entry(one, page, language, words) for one in self._site.pages_for(actor.role)],
            data=self._data(words),
            roles=self._roles(words),
            role=actor.role,
            name=actor.id,
            here=here,
            other_url=f"/{other}{here[3:]}",
        )

    def _entry(self, page: Page, current: Page, language: Language, words: Words) -> dict[str, Any]:
        url = self._site.url(page.key, language)
        return {"name": words(f"page.{page.key}"), "url": url, "here": page is current}

    def _roles(self, words: Words) -> list[dict[str, str]]:
        """The roles to choose from; empty where people sign in."""
        if self._site.doorkeeper.requires_login():
            return []
        return [{"key": role, "name": words(f"role.{role}")} for role in ROLES]

    def _data(self, words: Words) -> str:
        shop = self._site.loaded()
        if shop is None:
            return ""
        rows = shop.warehouse.info.rows["customers"]
        return words("shell.data", customers=f"{rows:,}", day=f"{shop.as_of:%Y-%m-%d}")
