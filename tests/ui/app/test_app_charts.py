"""Charts: SVG that is well-formed whatever the labels say, coloured by the page, said to those who cannot see it."""

import math
import re
import threading
from collections.abc import Callable
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from ui.app import charts

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&"
DRAWN: dict[str, Callable[[str], Markup]] = {
    "trend": lambda text: charts.trend(text, ["2026-01", "2026-02"], {text: [1.0, None], "other": [2.0, 3.0]}),
    "bars": lambda text: charts.bars(text, [text, "b"], [1.0, 2.0], unit=text),
    "columns": lambda text: charts.bars(text, [text, "b"], [1.0, 2.0], horizontal=False),
    "stacked": lambda text: charts.stacked(text, [text, "b"], {text: [1, 2], "positive": [2, 1]}, unit=text),
    "across": lambda text: charts.stacked(text, [text, "b"], {text: [1, 2], "positive": [2, 1]}, horizontal=True),
    "histogram": lambda text: charts.histogram(text, [0, 10, 20], [3, 4], unit=text),
    "funnel": lambda text: charts.funnel(text, [(text, 100.0), ("paid", 20.0)]),
    "scatter": lambda text: charts.scatter(text, [0.1, 0.9], [5, 9], [text, "c2"], x_title=text, y_title=text),
    "heatmap": lambda text: charts.heatmap(text, [text], [text, "2"], [[0.5, None]]),
    "intervals": lambda text: charts.intervals(text, [text], [1.0], [0.5], [1.5], unit=text),
}


def texts(figure: Markup) -> list[str]:
    return [words for one in ElementTree.fromstring(figure).iter() for words in one.itertext()]


def tags(figure: Markup) -> set[str]:
    return {one.tag.rpartition("}")[2] for one in ElementTree.fromstring(figure).iter()}


@pytest.mark.parametrize("kind", DRAWN)
def test_labels_are_text_whatever_they_say(kind: str) -> None:
    figure = DRAWN[kind](EVIL)
    assert not tags(figure) & {"script", "img", "foreignObject", "a", "image"}
    assert not [name for one in ElementTree.fromstring(figure).iter() for name in one.attrib if name.startswith("on")]
    assert any(EVIL in words for words in texts(figure))


@pytest.mark.parametrize("kind", DRAWN)
def test_chinese_stays_as_it_is(kind: str) -> None:
    assert any("流失概率" in words for words in texts(DRAWN[kind]("流失概率")))


def test_a_chart_fills_its_place_and_says_what_it_shows() -> None:
    figure = charts.bars("Orders", ["web", "app"], [12, 30])
    wide, narrow = re.findall(r"<svg [^>]*>", figure)
    for opened in (wide, narrow):
        assert 'role="img"' in opened
        assert 'aria-label="Orders: web: 12; app: 30"' in opened
        assert "viewBox" in opened
        assert "width=" not in opened
    assert "wb-wide" in wide
    assert "wb-narrow" in narrow


def test_colours_and_letters_are_those_of_the_page() -> None:
    figure = charts.stacked("", ["a"], {"positive": [1], "negative": [2]})
    assert "var(--wb-1)" in figure
    assert "var(--wb-4)" in figure
    assert set(re.findall(r'font-family="([^"]*)"', figure)) == {"inherit"}
    # Gradio and the page know no other colours, so none but ours may be left.
    assert not set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{3,6}|black|white)"', figure))


@pytest.mark.parametrize(
    ("values", "label"), [([0.1, 0.2], "0.05"), ([150, 300], "100"), ([2000, 5000], "2k"), ([0, 0], "0")]
)
def test_axes_speak_plainly(values: list[float], label: str) -> None:
    said = texts(charts.bars("", ["a", "b"], values))
    assert label in said
    assert not [words for words in said if re.search(r"\d(m|e\+)", words)]


@pytest.mark.parametrize("value", [math.nan, math.inf, None, Decimal("1.5")])
def test_what_is_no_number_leaves_a_gap(value: float) -> None:
    assert "<svg" in charts.bars("t", ["a", "b"], [value, 1])
    assert "<svg" in charts.trend("t", ["1", "2"], {"a": [value, 1]})
    assert "<svg" in charts.scatter("t", [value, 1], [1, 1], ["a", "b"], x_title="", y_title="")
    assert "<svg" in charts.intervals("t", ["a"], [value], [0], [1])
    assert "<svg" in charts.stacked("t", ["a"], {"s": [value]})


def test_nothing_to_draw_is_no_failure() -> None:
    assert "<svg" in charts.bars("", [], [])
    assert "<svg" in charts.trend("", [], {})
    assert "<table" in charts.heatmap("", [], [], [])
    assert "<svg" in charts.sparkline([])


def test_a_heat_map_is_a_table() -> None:
    figure = charts.heatmap("Cohorts", ["2026-01"], ["0", "1"], [[1.0, 0.25]])
    assert "100%" in figure
    assert "25%" in figure
    assert '<th scope="row">2026-01' in figure


def test_many_may_draw_at_once() -> None:
    drawn: list[str] = []
    threads = [
        threading.Thread(target=lambda n=place: drawn.append(charts.bars(f"t{n}", ["a"], [n]))) for place in range(12)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(set(drawn)) == 12
