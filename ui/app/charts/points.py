"""Two values of many at once: scatter and heat map."""

from collections.abc import Sequence
from pathlib import Path

import altair as alt
from markupsafe import Markup

from ui.app.charts.draw import ACCENT, Rows, chart, figure, finished, number, size_axis
from ui.app.frame.html import Templates
from ui.app.frame.words import Language

_HERE = Path(__file__).parent


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
    """A dot per label; risk × value, for instance. A few labels are written beside their dots."""
    given = [(number(one), number(other), name) for one, other, name in zip(x, y, labels, strict=True)]
    rows: Rows = [{"x": one, "y": other, "label": name} for one, other, name in given if None not in (one, other)]
    across = alt.X("x:Q", title=x_title, scale=alt.Scale(zero=False, nice=True))
    up = alt.Y("y:Q", title=y_title, axis=size_axis(one["y"] for one in rows), scale=alt.Scale(zero=False, nice=True))
    dots = chart(rows).mark_point(filled=True, size=70, color=ACCENT, opacity=0.75).encode(x=across, y=up)
    named = (
        chart(rows[:8])
        .mark_text(align="left", dx=8, fontSize=12, color="var(--wb-soft)")
        .encode(x=across, y=up, text="label:N")
    )
    said = "; ".join(f"{one['label']}: {one['x']:g}, {one['y']:g}" for one in rows)
    return figure(title, finished(alt.layer(dots, named), height=260), f"{title or y_title}: {said[:500]}")


def heatmap(
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    *,
    percent: bool = True,
    language: Language = "en",
) -> Markup:
    """A table whose cells are shaded by their value; None is an empty cell. Shares are 0 to 1 where `percent`."""
    known = [value for line in values for value in line if value is not None]
    top = max(known, default=1) or 1
    body = [
        [
            {
                "text": "" if value is None else _text(value, percent),
                "shade": 0 if value is None else round(value / top, 2),
            }
            for value in line
        ]
        for line in values
    ]
    return Templates(_HERE)("heatmap", title=title, columns=columns, rows=list(zip(rows, body, strict=True)))


def _text(value: float, percent: bool) -> str:
    return f"{100 * value:.0f}%" if percent else f"{value:,.0f}"
