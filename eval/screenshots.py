"""Pictures of the application for the documentation: every page over a shop, at two widths, light and dark.

    python -m eval.screenshots --home HOME [--out docs/images] [--only NAME]

Serves the application on a port of this machine, and drives Chromium (WINBACK_CHROMIUM, or the one of this machine).
The conversations are real answers of the model. It writes into the shop in HOME (a draft, conversations): use a copy.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

SIZES = {1280: 800, 390: 844}
SCHEMES = ("light", "dark")
LARGEST = 120_000
ASKED = {
    "en": "Who are the ten most valuable customers we are about to lose, and why?",
    "zh": "我们快要流失的、最有价值的十位客户是谁？为什么？",
}
DRAFT = "Draft a win-back for c002883 as an email"
PLACES = {
    "chat": "",
    "customers": "customers",
    "customer": "customers?id=c002883",
    "campaigns": "campaigns",
    "campaign": "campaigns?id=1",
    "approvals": "approvals",
    "reviews": "reviews?q=late",
    "overview": "overview",
    "admin": "admin?part=model",
}
MORE = (("chat", "zh", 1280, "light"), ("overview", "zh", 390, "dark"))
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
_STILL = """() => {
  const now = document.body.innerHTML.length;
  const same = now === window.wbLength;
  window.wbLength = now;
  return same;
}"""
_PLACE = """() => {
  scrollTo(0, 0);
  const card = document.querySelector('.wb-proposal');
  if (card) card.scrollIntoView({block: 'end'});
  else if (innerWidth < 600) {
    const asked = document.querySelector('.wb-asked');
    if (asked) scrollTo(0, asked.getBoundingClientRect().top - 70);
  }
}"""
_FIRST_MS = 5_000  # the first look at the reviews opens their index
_START_S = 60.0
_WAIT_MS = 30_000
_ANSWER_MS = 240_000


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The URL of the application over `home`, local mode."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = ["app", "--home", str(home), "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-c", "from ui.cli import main; main()", *command], stdout=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{url}/login", process)
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(_START_S)


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            httpx.get(url, timeout=5)
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("The application did not start.")


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser. Raises SystemExit with one sentence where there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise SystemExit("The pictures need Playwright: pip install playwright") from None
    path = os.environ.get("WINBACK_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        raise SystemExit("The pictures need Chromium; install it, or name one in WINBACK_CHROMIUM.")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


def take(home: Path, out: Path, only: str | None = None) -> list[Path]:
    """Makes the pictures whose name contains `only` (all by default) in `out`."""
    out.mkdir(parents=True, exist_ok=True)
    wanted = [one for one in _wanted() if only is None or only in _name(*one)]
    made: list[Path] = []
    with served(home) as url, chromium() as browser:
        page = browser.new_context(base_url=url, viewport={"width": 1280, "height": 800}).new_page()
        page.set_default_timeout(_WAIT_MS)
        for key, language in dict.fromkeys(one[:2] for one in wanted):
            page.set_viewport_size({"width": 1280, "height": 800})
            page.goto(f"/{language}/{PLACES[key.removesuffix('-draft')]}")
            page.wait_for_timeout(_FIRST_MS)
            if key.startswith("chat"):
                _talk(page, DRAFT if key == "chat-draft" else ASKED[language])
            for width, scheme in (one[2:] for one in wanted if one[:2] == (key, language)):
                made.append(_picture(page, out / _name(key, language, width, scheme), width, scheme))
                print(made[-1], made[-1].stat().st_size, flush=True)
    return made


def _wanted() -> list[tuple[str, str, int, str]]:
    keys = [*PLACES, "chat-draft"]
    english = [(key, "en", width, scheme) for key in keys for width in SIZES for scheme in SCHEMES]
    return english + list(MORE)


def _name(key: str, language: str, width: int, scheme: str) -> str:
    return "-".join(["app", key, *([language] if language != "en" else []), str(width), scheme]) + ".png"


def _talk(page: Any, question: str) -> None:
    """Asks, and waits until the answer is whole."""
    page.fill("#wb-question", question)
    page.keyboard.press("Enter")
    page.wait_for_selector(".wb-answer[data-last]:not([data-state=running], [data-state=queued])", timeout=_ANSWER_MS)


def _picture(page: Any, path: Path, width: int, scheme: str) -> Path:
    page.set_viewport_size({"width": width, "height": SIZES[width]})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.wait_for_selector("h1, .wb-answer")
    page.wait_for_function(_STILL, polling=1200)
    page.evaluate("document.activeElement.blur()")
    page.evaluate(_PLACE)
    path.write_bytes(small(page.screenshot()))
    return path


def small(png: bytes) -> bytes:
    """The same picture with as many colours as keep it under LARGEST bytes."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    made = b""
    for colours in (256, 96, 32):
        kept = BytesIO()
        picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            kept, "PNG", optimize=True
        )
        made = kept.getvalue()
        if len(made) <= LARGEST:
            break
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    parser.add_argument("--only", help="Only pictures whose name contains this.")
    args = parser.parse_args()
    take(args.home, args.out, args.only)


if __name__ == "__main__":
    main()
