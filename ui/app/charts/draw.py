"""From a Vega-Lite specification to a figure in the page."""

import json
import math
import re
import threading
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup, escape

Rows = list[dict[str, Any]]
WIDTH, NARROW = 640, 420
_THOUSANDS = 1000
COLOURS = [f"var(--wb-{place})" for place in range(1, 7)]
INK, SOFT, LINE, ACCENT = "var(--wb-ink)", "var(--wb-soft)", "var(--wb-line)", "var(--wb-1)"
_SIZE = re.compile(r'<svg ([^>]*?)width="[\d.]+" height="[\d.]+"')
_FONT = re.compile(r'font-family="[^"]*"')
_ONE_AT_A_TIME = threading.Lock()

_CONFIG: dict[str, Any] = {
    "background": "transparent",
    "view": {"stroke": None},
    "padding": {"left": 30, "right": 24, "top": 4, "bottom": 4},
    "line": {"color": ACCENT},
    "range": {"category": COLOURS},
    "axis": {
        "labelColor": SOFT,
        "titleColor": SOFT,
        "titleFontWeight": "normal",
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "labelLimit": 190,
    },
    "legend": {
        "labelColor": INK,
        "labelFontSize": 13,
        "titleColor": SOFT,
        "orient": "top",
        "title": None,
        "labelLimit": 220,
    },
    "text": {"color": INK, "fontSize": 13},
}


def figure(title: str, chart: Any, label: str) -> Markup:
    """The chart as a figure that fills its place; `label` tells a screen reader what it shows."""
    made = chart.to_dict(validate=False)
    caption = Markup("<figcaption>{}</figcaption>").format(title) if title else Markup("")
    said = escape(label or title)
    if made.get("width") != WIDTH:
        return Markup('<figure class="wb-chart">{}{}</figure>').format(caption, _drawn(made, said, "wb-small"))
    made["autosize"] = {"type": "fit-x", "contains": "padding"}
    # Two of them, because one that fits a wide place has letters too small to read on a phone; CSS shows one.
    both = _drawn(made, said, "wb-wide") + _drawn({**made, "width": NARROW}, said, "wb-narrow")
    return Markup('<figure class="wb-chart wb-fluid">{}{}</figure>').format(caption, both)


def _drawn(specification: dict[str, Any], said: Markup, kind: str) -> Markup:
    # vl-convert escapes all text in what it draws.
    svg = _svg(json.dumps(specification, sort_keys=True, default=str))
    named = svg.replace('class="', f'class="{kind} ', 1)
    return Markup(named.replace("<svg ", f'<svg role="img" aria-label="{said}" ', 1))


@lru_cache(maxsize=256)
def _svg(specification: str) -> str:
    # One drawing engine per process: it is quick, and each further one would take memory of its own.
    with _ONE_AT_A_TIME:
        drawn = vl_convert.vegalite_to_svg(specification)
    drawn = _SIZE.sub(r"<svg \1", drawn, count=1)
    return _FONT.sub('font-family="inherit"', drawn)


def chart(data: list[dict[str, Any]]) -> Any:
    """An empty chart over these rows."""
    return alt.Chart(alt.Data(values=data))


def number(value: Any) -> float | None:
    """A value that can be drawn; None for what is no finite number."""
    made = None if value is None else float(value)
    return made if made is not None and math.isfinite(made) else None


def size_axis(values: Iterable[float | None]) -> alt.Axis:
    """An axis for these sizes: thousands as 10k, small ones as they are (SI would call 0.2 "200m")."""
    large = any(value is not None and abs(value) >= _THOUSANDS for value in values)
    return alt.Axis(tickCount=5, format="~s" if large else ",~f")


def finished(made: Any, *, height: int | None = None, width: int | None = WIDTH) -> Any:
    """The chart in our colours."""
    sized = made.properties(**({"width": width} if width else {}), **({"height": height} if height else {}))
    return sized.properties(config=alt.Config.from_dict(_CONFIG))
