"""From a Vega-Lite specification to a figure in the page."""

import json
import re
import threading
from functools import lru_cache
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup, escape

WIDTH = 600
COLOURS = [f"var(--wb-{place})" for place in range(1, 7)]
INK, SOFT, LINE, ACCENT = "var(--wb-ink)", "var(--wb-soft)", "var(--wb-line)", "var(--wb-1)"
_SIZE = re.compile(r'<svg ([^>]*?)width="[\d.]+" height="[\d.]+"')
_FONT = re.compile(r'font-family="[^"]*"')
_ONE_AT_A_TIME = threading.Lock()

_CONFIG: dict[str, Any] = {
    "background": "transparent",
    "view": {"stroke": None},
    "padding": {"left": 12, "right": 24, "top": 4, "bottom": 4},
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
    svg = _svg(json.dumps(chart.to_dict(validate=False), sort_keys=True, default=str))
    caption = Markup("<figcaption>{}</figcaption>").format(title) if title else Markup("")
    opened = f'<svg role="img" aria-label="{escape(label or title)}" '
    return Markup('<figure class="wb-chart">{}{}</figure>').format(caption, Markup(svg.replace("<svg ", opened, 1)))


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


def finished(made: Any, *, height: int | None = None, width: int | None = WIDTH) -> Any:
    """The chart in our colours."""
    sized = made.properties(**({"width": width} if width else {}), **({"height": height} if height else {}))
    return sized.properties(config=alt.Config.from_dict(_CONFIG))
