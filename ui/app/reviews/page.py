"""Reviews: how customers feel over time and by aspect, surges of complaints, and search by meaning."""

from pathlib import Path
from typing import Any

from markupsafe import Markup

from store.errors import WinbackError
from tools.call import call_tool
from tools.reviews.labels import ASPECTS, SENTIMENTS
from tools.reviews.selection import Selection, rows_of, select_reviews
from tools.reviews.sentiment.counts import Counts, average_rating, count, worst
from tools.reviews.sentiment.months import Month, by_month
from tools.reviews.sentiment.quotes import quotes
from tools.reviews.sentiment.wording import Wording
from ui.app import charts
from ui.app.frame import Desk, Templates, Visit, panel
from ui.app.shown import artifact_table, table

_render = Templates(Path(__file__).parent)
_FOUND = 20
_MONTHS = 24
_WORST = 10


def build(desk: Desk) -> None:
    """Filters and search are in the address; what takes longer comes after the rest."""
    page = _Reviews(desk)
    filters, feelings, search, alerts = panel(), panel(), panel(), panel()
    desk.on_load(page.filters, filters)
    desk.on_load(page.feelings, feelings)
    desk.on_load(page.search, search)
    desk.on_load(page.alerts, alerts)


class _Reviews:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._words = desk.words

    def filters(self, visit: Visit) -> str:
        return _render(
            "filters",
            t=self._words,
            here=self._desk.url("reviews"),
            product=visit.text("product", 120),
            aspect=_one_of(visit.text("aspect"), ASPECTS) or "",
            period=visit.text("period", 60),
            aspects=ASPECTS,
        )

    def feelings(self, visit: Visit) -> str:
        try:
            return self._feelings(visit)
        except WinbackError as problem:
            return _render("feelings", t=self._words, problem=str(problem))

    def _feelings(self, visit: Visit) -> str:
        shop = self._desk.shop()
        aspect = _one_of(visit.text("aspect"), ASPECTS)
        product, period = visit.text("product", 120) or None, visit.text("period", 60) or None
        wording = Wording(self._desk.language)
        with shop.warehouse.pinned():
            selection = select_reviews(shop, product=product, customer_id=None, period=period, filters=None)
            rows = rows_of(shop, selection)
            counts, stars = count(rows), average_rating(rows, aspect)
            months = by_month(rows, aspect)[-_MONTHS:]
            places = [] if product else worst(rows, "product", aspect, _WORST)
            said = quotes(rows, wording, aspect)
        return _render(
            "feelings",
            t=self._words,
            problem="",
            all=counts.aspects.get(aspect, counts.reviews) if aspect else counts.reviews,
            stars="–" if stars is None else f"{stars:.1f}",
            contradicting=counts.contradicting,
            taken=self._taken(wording, selection),
            months=self._by_month(months),
            by_aspect=self._by_aspect(counts),
            products=self._products(places),
            quotes=said,
            share=_share,
        )

    def search(self, visit: Visit) -> str:
        query, mood = visit.text("q", 500), _one_of(visit.text("mood"), SENTIMENTS)
        said, found = "", []
        if query:
            asked = {"query": query, "limit": _FOUND, **({"sentiment": mood} if mood else {})}
            outcome = call_tool("search_reviews", asked, self._desk.context(visit))
            said = outcome.error or (outcome.text.splitlines() or [""])[0]
            found = _rows(outcome.artifact)
        return _render(
            "search",
            t=self._words,
            here=self._desk.url("reviews"),
            query=query,
            mood=mood,
            moods=SENTIMENTS,
            said=said,
            found=found,
        )

    def alerts(self, visit: Visit) -> str:
        outcome = call_tool("sentiment_alerts", {}, self._desk.context(visit))
        shown = artifact_table(outcome.artifact, self._desk.language) if outcome.artifact else ""
        return _render("alerts", t=self._words, text=outcome.text, quotes=outcome.quotes, table=shown)

    def _taken(self, wording: Wording, selection: Selection) -> list[str]:
        return list(wording.taken(selection)) if selection.taken else []

    def _by_month(self, months: list[Month]) -> Markup:
        series = {
            self._words(f"sentiment.{mood}"): [getattr(one.feelings, mood) for one in months]
            for mood in reversed(SENTIMENTS)
        }
        return charts.stacked("", [f"{one.start:%Y-%m}" for one in months], series, language=self._desk.language)

    def _by_aspect(self, counts: Counts) -> Markup:
        found = sorted(counts.aspects.items(), key=lambda one: -one[1].negative)
        series = {
            self._words(f"sentiment.{mood}"): [getattr(feelings, mood) for _, feelings in found]
            for mood in reversed(SENTIMENTS)
        }
        labels = [self._words(f"aspect.{name}") for name, _ in found]
        return charts.stacked("", labels, series, language=self._desk.language, horizontal=True)

    def _products(self, places: list[Any]) -> Markup:
        if not places:
            return Markup("")
        names = {"complaints": self._words("reviews.complaints"), "reviews": self._words("reviews.of_reviews")}
        return table(
            ["product", "complaints", "reviews"],
            [[one.name, one.complaints, one.reviews] for one in places],
            language=self._desk.language,
            names=names,
            links=lambda column, value: self._desk.url("reviews", product=value) if column == "product" else None,
        )


def _rows(artifact: Any) -> list[dict[str, Any]]:
    if artifact is None:
        return []
    found = [dict(zip(artifact.columns, row, strict=True)) for row in artifact.rows]
    return [{**one, "day": str(one["created_at"])[:10], "rating": f"{one['rating'] or 0:g}"} for one in found]


def _one_of(given: str, known: Any) -> str | None:
    return given if given in known else None


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "–"
