"""axe-core, the accessibility checker, run in a page; it is found on this machine or the test is skipped."""

import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[4]
_GRAVE = ("serious", "critical")
_RUN = "() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
_STILL = """() => {
  const now = document.body.innerHTML.length;
  const same = now === window.wbLength;
  window.wbLength = now;
  return same;
}"""
LOOKS = [(width, height, scheme) for width, height in ((1280, 800), (390, 844)) for scheme in ("light", "dark")]


@cache
def axe_source() -> str:
    """The script of axe-core, from WINBACK_AXE or node_modules; skips the test where there is none."""
    named = os.environ.get("WINBACK_AXE")
    path = Path(named) if named else _ROOT / "node_modules" / "axe-core" / "axe.min.js"
    if not path.is_file():
        pytest.skip("No axe-core on this machine; `npm install --no-save axe-core`, or name axe.min.js in WINBACK_AXE")
    return path.read_text(encoding="utf-8")


def settle(page: Any) -> None:
    """Waits until the page has its heading, or the chat an answer, and has stopped growing."""
    page.wait_for_selector("h1, .wb-answer")
    page.wait_for_function(_STILL, polling=1000)


def findings(page: Any, source: str) -> list[str]:
    """What axe finds that is serious or critical at each of `LOOKS`, one sentence each. The page's context has to
    bypass the content security policy."""
    page.evaluate(source)
    found: list[str] = []
    for width, height, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_function("dark => document.body.classList.contains('dark') === dark", arg=scheme == "dark")
        page.wait_for_timeout(300)
        found += [f"{width} {scheme}: {told}" for one in page.evaluate(_RUN) for told in _told(one)]
    return found


def _told(violation: dict[str, Any]) -> list[str]:
    if violation["impact"] not in _GRAVE:
        return []
    return [
        f"{violation['id']} ({violation['impact']}) at {' '.join(map(str, node['target']))}: "
        f"{node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for node in violation["nodes"]
    ]
