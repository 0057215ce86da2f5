"""Answers, tables, steps and cards: everything in them is text, and what can be done is what the visitor may."""

import time
from datetime import date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from markupsafe import Markup

from tools.contract import CONTRACT
from tools.result import Artifact
from ui.app.shown import ProposalView, StepView, artifact_table, card, figure_for, step, table, text

EVIL = '<script>alert(1)</script><img src=x onerror="alert(1)">'


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def read(html: str) -> _Tags:
    parser = _Tags()
    parser.feed(html)
    return parser


def is_safe(html: str) -> bool:
    found = read(html)
    links = [value or "" for name, value in found.attributes if name in ("href", "src", "action")]
    handlers = [name for name, _ in found.attributes if name.startswith("on")]
    return not {"script", "img", "iframe"} & set(found.tags) and not handlers and all(x.startswith("/") for x in links)


@pytest.mark.parametrize(
    "words",
    [
        EVIL,
        "[click](javascript:alert(1)) ![x](http://bad.example/x.png) <http://bad.example>",
        "[a]: javascript:alert(1)\n\n[a]",
        f"| a | {EVIL} |\n|---|---|\n| {EVIL} | c000042 |",
        f"`{EVIL}`\n\n```{EVIL}\n{EVIL}\n```\n\n- {EVIL}",
        'c000042"onmouseover="alert(1) &lt;script&gt;',
    ],
)
def test_an_answer_can_hold_no_markup_of_its_own(words: str) -> None:
    assert is_safe(text(words, "en"))


def test_an_answer_keeps_lines_lists_tables_and_emphasis() -> None:
    html = text("## Revenue\n1. 2026-05: **£10**\n2. `x`\n\nfirst\nsecond\n\n| a | b |\n|---|---|\n| 1 | 2 |", "en")
    assert "<p><strong>Revenue</strong></p>" in html
    assert "<h2>" not in html
    assert "<ol>" in html
    assert "<strong>£10</strong>" in html
    assert "<code>x</code>" in html
    assert "first<br />\nsecond" in html
    assert html.count("<td>") == 2
    assert 'class="wb-table"' in html


@pytest.mark.parametrize("language", ["en", "zh"])
def test_customers_in_an_answer_link_to_their_page(language: Any) -> None:
    html = text("c000042 and (c000007), not xc000042x or c1", language)
    assert f'<a href="/{language}/customers?id=c000042">c000042</a>' in html
    assert html.count("<a ") == 2
    assert "<a " not in text("`c000042`", language)


@pytest.mark.parametrize("unit", ["*", "[", "`", "> ", "|a", "- ", "_a", "<", "**a "])
def test_a_huge_answer_is_cut_and_quick(unit: str) -> None:
    started = time.perf_counter()
    assert len(text(unit * 200_000, "en")) < 3_000_000
    assert time.perf_counter() - started < 10


def test_a_table_can_be_sorted_and_downloaded() -> None:
    html = table(["customer_id", "orders"], [["c000042", 1200], ["c000007", None]], language="en", name="vip")
    assert html.count("data-sort") == 2
    assert 'data-download="vip"' in html
    assert 'data-value="1200"' in html
    assert ">1,200</td>" in html
    assert ">–</td>" in html
    assert '<a href="/en/customers?id=c000042">' in html
    assert "2 rows" in html


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("churn_probability", 0.8802, "88.0%"),
        ("revenue", Decimal("1200.5"), "£1,200.50"),
        ("order_id", 20260101, "20260101"),
        ("p_value", 0.0000422, "4.2e-05"),
        ("day", date(2026, 5, 1), "2026-05-01"),
        ("at", datetime(2026, 5, 1, 9, 30), "2026-05-01 09:30"),
        ("ongoing", True, "✓"),
        ("segments", ["loyal", "new"], "loyal, new"),
        ("note", "x" * 1000, "x" * 400 + "…"),
        ("note", Markup("<b>ours</b>"), "<b>ours</b>"),
    ],
)
def test_a_cell_reads_as_people_write(column: str, value: Any, said: str) -> None:
    assert f">{said}</td>" in table([column], [[value]], language="en", currency="GBP")


def test_a_tables_words_are_text_and_its_links_ours() -> None:
    html = table(["customer_id", EVIL], [['"><script>', EVIL]], language="en", title=EVIL, name=EVIL)
    assert is_safe(html)
    assert "<a " not in html


def test_a_long_table_shows_its_beginning() -> None:
    html = table(["n"], [[n] for n in range(500)], language="zh", shown=50)
    assert html.count("<tr>") == 51
    assert "前 50 行，共 500 行" in html


def test_a_step_tells_what_was_asked_and_where_its_numbers_come_from() -> None:
    artifact = Artifact(
        columns=["month", "revenue"], rows=[["2026-05", 10.0]], sql="SELECT 1", definition="Revenue:  x"
    )
    html = step(StepView("query_metric", {"metric": "revenue"}, EVIL, None, 12.3, 1, artifact), "en")
    for said in ("Look up a metric", "12 ms", "1 row", "SELECT 1", "Revenue: x", "<table"):
        assert said in html
    assert is_safe(html)
    failed = step(StepView("run_sql", {"sql": EVIL}, "", f"No such table {EVIL}"), "zh")
    assert "失败" in failed
    assert is_safe(failed)
    assert "运行中" in step(StepView("run_sql", {}, running=True), "zh")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_tool_has_a_name_in_words(language: str) -> None:
    words = yaml.safe_load((Path(__file__).parents[3] / "ui/app/shown/words.yaml").read_text("utf-8"))
    assert not [name for name in CONTRACT if language not in words.get(f"tool.{name}", {})]


def test_a_card_has_the_buttons_that_are_allowed() -> None:
    waits = ProposalView("draft", 12, "pending", ("approve", "edit", "reject"), "Hello", "Dear {{ first_name }}")
    html = card(waits, "en")
    forms = [dict(read(part).attributes) for part in html.split("<form")[1:]]
    assert 'data-act="approve" data-kind="draft" data-id="12"' in html
    assert len(forms) == 2
    assert {name for name in ("subject", "body", "reason") if f'name="{name}"' in html} == {"subject", "body", "reason"}
    assert "Dear {{ first_name }}" in html
    assert html.count("<label") == 3


@pytest.mark.parametrize(
    ("state", "allowed", "said"), [("pending", (), "由审批人或管理员决定。"), ("approved", ("approve",), "已批准")]
)
def test_a_card_without_a_choice_tells_its_state(state: str, allowed: tuple[str, ...], said: str) -> None:
    html = card(ProposalView("campaign", 3, state, allowed, text="x"), "zh")
    assert said in html
    assert "data-act" not in html


def test_a_cards_words_are_text() -> None:
    sample = {"offer": EVIL, "channel": "email", "language": EVIL, "subject": EVIL, "body": EVIL, "drafts": 3}
    one = ProposalView("draft", 1, "pending", ("edit",), EVIL, EVIL, [sample], [(EVIL, EVIL)], EVIL)
    assert is_safe(card(one, "en"))


@pytest.mark.parametrize(
    ("tool", "columns", "rows", "drawn"),
    [
        ("query_metric", ["month", "revenue"], [["2026-04", 1.0], ["2026-05", 2.0]], True),
        ("query_metric", ["country", "orders"], [["UK", 1], ["China", 2]], True),
        ("query_metric", ["revenue"], [[10.0]], False),
        ("query_metric", ["country", "name"], [["UK", "a"], ["China", "b"]], False),
        ("churn_risk", ["customer_id", "value_at_risk", "churn_probability"], [["c1", 9, 0.5], ["c2", None, 0]], True),
        ("review_sentiment", ["aspect", "negative", "positive"], [["all", 9, 9], ["fit", 1, 2], ["price", 1, 1]], True),
        ("campaign_results", ["part", "name", "difference", "low", "high"],
         [["campaign", "A", 1, 0, 2], ["offer", "x", None, None, None]], True),
        ("campaign_results", ["part", "name", "difference", "low", "high"], [["offer", "x", 1, 1, 1]] * 2, False),
        ("search_reviews", ["text"], [["a"], ["b"]], False),
    ],
)  # fmt: skip
def test_a_picture_where_it_says_more(tool: str, columns: list[str], rows: list[list[Any]], drawn: bool) -> None:
    figure = figure_for(tool, {}, Artifact(columns=columns, rows=rows), "en")
    assert ("<svg" in figure) is drawn
    assert ">all<" not in figure


def test_an_empty_result_has_no_table() -> None:
    assert artifact_table(Artifact(columns=["a"]), "en") == ""
