"""The colours of the style sheet can be read: text on its ground has a contrast of 4.5 at least, in both themes."""

import re
from pathlib import Path

import pytest

SHEET = Path(__file__).parents[3] / "ui" / "app" / "assets" / "style.css"
GROUNDS = ("ground", "paper")
TEXT = 4.5
EDGE = 3.0
ON_ITS_TINT = ("good", "warn", "bad", "info")
KEPT = {"light": ":root, .light {", "dark": ".dark {"}
both = pytest.mark.parametrize("theme", ["light", "dark"])


def colours(theme: str) -> dict[str, str]:
    """The variables of a theme by name without `--wb-`; colours only."""
    rules = SHEET.read_text(encoding="utf-8").split(f"\n{KEPT[theme]}", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--wb-([\w-]+): (#[0-9a-f]{3,6});", rules))


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * one for one in colour[1:])
    red, green, blue = (_linear(int(digits[place : place + 2], 16) / 255) for place in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def test_contrast_of_black_on_white() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)


@both
@pytest.mark.parametrize("text", ["ink", "soft", "accent-ink", *ON_ITS_TINT])
def test_text_on_its_ground(theme: str, text: str) -> None:
    known = colours(theme)
    assert min(contrast(known[text], known[ground]) for ground in GROUNDS) >= TEXT


@both
@pytest.mark.parametrize("kind", [*ON_ITS_TINT])
def test_badges_and_notices(theme: str, kind: str) -> None:
    known = colours(theme)
    tint = known[f"{kind}-tint"]
    assert min(contrast(known[kind], tint), contrast(known["ink"], tint)) >= TEXT


@both
@pytest.mark.parametrize(("text", "ground"), [("on-accent", "accent"), ("accent-ink", "accent-tint"), ("ink", "line")])
def test_buttons_the_chosen_entry_and_plain_badges(theme: str, text: str, ground: str) -> None:
    known = colours(theme)
    assert contrast(known[text], known[ground]) >= TEXT


@both
@pytest.mark.parametrize("colour", ["edge", "accent", *(str(number) for number in range(1, 7))])
def test_edges_of_fields_and_lines_of_charts(theme: str, colour: str) -> None:
    known = colours(theme)
    assert contrast(known[colour], known["paper"]) >= EDGE
