"""Values by category."""

from collections.abc import Mapping, Sequence

import altair as alt
from markupsafe import Markup

from ui.app.charts.draw import ACCENT, COLOURS, Rows, chart, figure, finished, number, size_axis
from ui.app.frame.words import Language

_WHOLE = 1000
_MOOD = {"positive": "var(--wb-1)", "neutral": "var(--wb-5)", "negative": "var(--wb-4)"}
_MOODS = {**_MOOD, "正面": _MOOD["positive"], "中性": _MOOD["neutral"], "负面": _MOOD["negative"]}


def bars(
    title: str,
    labels: Sequence[str],
    values: Sequence[float],
    *,
    unit: str = "",
    language: Language = "en",
    horizontal: bool = True,
) -> Markup:
    """One bar per label, in the order given."""
    known = [number(value) for value in values]
    rows: Rows = [{"label": label, "value": value} for label, value in zip(labels, known, strict=True)]
    names = alt.Axis(labelAngle=0, labelOverlap=True)
    sizes = size_axis(known)
    if horizontal:
        place = {"y": alt.Y("label:N", sort=None, title=None), "x": alt.X("value:Q", title=unit or None, axis=sizes)}
    else:
        place = {
            "x": alt.X("label:N", sort=None, title=None, axis=names),
            "y": alt.Y("value:Q", title=unit or None, axis=sizes),
        }
    drawn = chart(rows).mark_bar(color=ACCENT, cornerRadiusEnd=2).encode(**place)
    height = max(60, 26 * len(rows)) if horizontal else 220
    said = "; ".join(f"{one['label']}: {_said(one['value'])}" for one in rows)
    return figure(title, finished(drawn, height=height), f"{title}: {said}")


def stacked(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float]],
    *,
    unit: str = "",
    language: Language = "en",
    colours: Mapping[str, str] | None = None,
    horizontal: bool = False,
) -> Markup:
    """Bars of several parts; sentiments have colours of their own, others as `colours` says.

    Names are best read `horizontal`, moments across.
    """
    rows: Rows = [
        {"label": label, "value": number(value), "series": name, "place": place}
        for place, (name, values) in enumerate(series.items())
        for label, value in zip(labels, values, strict=True)
    ]
    given = {**_MOODS, **(colours or {})}
    scale = alt.Scale(domain=list(series), range=[given.get(n, COLOURS[i % 6]) for i, n in enumerate(series)])
    names = alt.Axis() if horizontal else alt.Axis(labelAngle=0, labelOverlap=True)
    place = (alt.Y if horizontal else alt.X)("label:N", sort=None, title=None, axis=names)
    size = (alt.X if horizontal else alt.Y)("value:Q", title=unit or None, axis=size_axis(one["value"] for one in rows))
    drawn = (
        chart(rows)
        .mark_bar()
        .encode(
            place,
            size,
            color=alt.Color("series:N", scale=scale, sort=list(series), legend=alt.Legend(title=None)),
            order="place:Q",
        )
    )
    said = "; ".join(f"{name}: {_said(sum(number(value) or 0 for value in values))}" for name, values in series.items())
    height = max(60, 30 * len(labels)) if horizontal else 220
    return figure(title, finished(drawn, height=height), f"{title}: {said}")


def histogram(
    title: str, edges: Sequence[float], counts: Sequence[int], *, unit: str = "", language: Language = "en"
) -> Markup:
    """How many lie between each two of `edges`, one more than `counts`."""
    rows: Rows = [{"low": edges[place], "high": edges[place + 1], "count": count} for place, count in enumerate(counts)]
    drawn = (
        chart(rows)
        .mark_bar(color=ACCENT, binSpacing=1)
        .encode(x=alt.X("low:Q", bin="binned", title=unit or None), x2="high:Q", y=alt.Y("count:Q", title=None))
    )
    said = "; ".join(f"{one['low']:g}–{one['high']:g}: {one['count']:,}" for one in rows)
    return figure(title, finished(drawn, height=200), f"{title}: {said}")


def funnel(title: str, steps: Sequence[tuple[str, float]], *, language: Language = "en") -> Markup:
    """What is left after each step."""
    rows: Rows = [{"label": name, "value": number(value), "text": _said(number(value))} for name, value in steps]
    down = alt.Y("label:N", sort=None, title=None)
    wide = chart(rows).mark_bar(color=ACCENT, cornerRadiusEnd=2).encode(y=down, x=alt.X("value:Q", axis=None))
    told = (
        chart(rows)
        .mark_text(align="left", dx=6, fontSize=13, color="var(--wb-ink)")
        .encode(y=down, x="value:Q", text="text:N")
    )
    said = "; ".join(f"{one['label']}: {one['text']}" for one in rows)
    return figure(title, finished(alt.layer(wide, told), height=max(60, 30 * len(rows))), f"{title}: {said}")


def _said(value: float | None) -> str:
    """A number for a label: whole where it is large."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= _WHOLE or value == int(value) else f"{value:,.4g}"
