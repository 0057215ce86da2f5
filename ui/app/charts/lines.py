"""Values over time."""

from collections.abc import Mapping, Sequence
from datetime import date

import altair as alt
from markupsafe import Markup

from ui.app.charts.draw import INK, LINE, Rows, chart, figure, finished, number, size_axis
from ui.app.frame.words import Language

_MOST_LABELS = 7


def trend(
    title: str,
    x: Sequence[date | str],
    series: Mapping[str, Sequence[float | None]],
    *,
    unit: str = "",
    language: Language = "en",
    height: int = 220,
) -> Markup:
    """One line per series over the moments `x`, in their order; None leaves a gap."""
    moments = [one.isoformat()[:10] if isinstance(one, date) else str(one) for one in x]
    rows: Rows = [
        {"x": moment, "y": number(value), "series": name}
        for name, values in series.items()
        for moment, value in zip(moments, values, strict=True)
    ]
    every = max(1, -(-len(moments) // _MOST_LABELS))
    across = alt.X(
        "x:O", sort=None, title=None, axis=alt.Axis(values=moments[::every], labelAngle=0, labelOverlap=True)
    )
    colour = alt.Color("series:N", sort=list(series), legend=alt.Legend(title=None) if len(series) > 1 else None)
    up = alt.Y("y:Q", title=unit or None, axis=size_axis(one["y"] for one in rows))
    drawn = chart(rows).mark_line(point={"size": 28}, strokeWidth=2.2).encode(x=across, y=up, color=colour)
    return figure(title, finished(drawn, height=height), _said(title, moments, series))


def sparkline(values: Sequence[float]) -> Markup:
    """A small line without axes, for a table's cell."""
    rows: Rows = [{"x": place, "y": number(value)} for place, value in enumerate(values)]
    across = alt.X("x:Q", axis=None, scale=alt.Scale(zero=False))
    drawn = chart(rows).mark_line(strokeWidth=1.6).encode(x=across, y=alt.Y("y:Q", axis=None))
    return figure("", finished(drawn, height=22, width=90), ", ".join(f"{value:g}" for value in values))


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
    """A dot with its interval for each label, and a line at zero."""
    columns = zip(labels, middle, low, high, strict=True)
    rows: Rows = [
        {"label": name, "middle": number(mid), "low": number(least), "high": number(most)}
        for name, mid, least, most in columns
    ]
    down = alt.Y("label:N", sort=None, title=None)
    base = chart(rows)
    ends = base.mark_rule(strokeWidth=2.4).encode(
        y=down, x=alt.X("low:Q", title=unit or None), x2="high:Q", color=alt.value("var(--wb-1)")
    )
    dots = base.mark_point(filled=True, size=80).encode(y=down, x="middle:Q", color=alt.value(INK))
    layers = [ends, dots]
    if zero:
        layers.insert(0, chart([{"at": 0}]).mark_rule(strokeDash=[4, 3]).encode(x="at:Q", color=alt.value(LINE)))
    told = ((one["label"], *(_text(one[name]) for name in ("middle", "low", "high"))) for one in rows)
    said = "; ".join(f"{name}: {mid} ({least} – {most})" for name, mid, least, most in told)
    return figure(title, finished(alt.layer(*layers), height=max(60, 34 * len(rows))), f"{title}: {said}")


def _said(title: str, moments: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> str:
    ends = [
        f"{name}: {_text(values[0])} – {_text(values[-1])}" if len(values) > 1 else f"{name}: {_text(values[0])}"
        for name, values in series.items()
        if values
    ]
    span = f"{moments[0]} – {moments[-1]}" if moments else ""
    return f"{title}. {span}. {'; '.join(ends)}".strip(". ")


def _text(value: float | None) -> str:
    return "–" if value is None else f"{value:,.2f}"
