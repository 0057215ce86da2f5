"""Charts as SVG: Altair makes the specification, vl-convert draws it here, and CSS variables colour it in the page."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from markupsafe import Markup

Language = Literal["en", "zh"]


def trend(
    title: str,
    x: Sequence[date | str],
    series: Mapping[str, Sequence[float | None]],
    *,
    unit: str = "",
    language: Language = "en",
    height: int = 220,
) -> Markup:
    return Markup("")


def bars(
    title: str,
    labels: Sequence[str],
    values: Sequence[float],
    *,
    unit: str = "",
    language: Language = "en",
    horizontal: bool = True,
) -> Markup:
    return Markup("")


def stacked(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float]],
    *,
    unit: str = "",
    language: Language = "en",
    colours: Mapping[str, str] | None = None,
) -> Markup:
    return Markup("")


def histogram(
    title: str, edges: Sequence[float], counts: Sequence[int], *, unit: str = "", language: Language = "en"
) -> Markup:
    return Markup("")


def funnel(title: str, steps: Sequence[tuple[str, float]], *, language: Language = "en") -> Markup:
    return Markup("")


def scatter(
    title: str,
    x: Sequence[float],
    y: Sequence[float],
    labels: Sequence[str],
    *,
    x_title: str,
    y_title: str,
    language: Language = "en",
) -> Markup:
    return Markup("")


def heatmap(
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    *,
    percent: bool = True,
    language: Language = "en",
) -> Markup:
    return Markup("")


def intervals(
    title: str,
    labels: Sequence[str],
    middle: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    *,
    unit: str = "",
    zero: bool = True,
    language: Language = "en",
) -> Markup:
    return Markup("")


def sparkline(values: Sequence[float]) -> Markup:
    return Markup("")
