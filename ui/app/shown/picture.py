"""Which picture says more than the words of a tool's result."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from tools.result import Artifact
from ui.app import charts
from ui.app.frame.words import Language, Words
from ui.app.shown.table import HERE

_TIMES = ("day", "week", "month", "quarter", "hour", "weekday")
_MOST_BARS = 15


def figure_for(tool: str, arguments: Mapping[str, Any], artifact: Artifact, language: Language) -> Markup:
    """A chart of the result, or nothing where words or a table are better."""
    if len(artifact.rows) < 2:
        return Markup("")
    if tool == "churn_risk":
        return _risk(artifact, language)
    if tool in ("query_metric", "run_sql"):
        return _metric(artifact, language)
    if tool == "review_sentiment":
        return _moods(artifact, language)
    return Markup("")


def _risk(artifact: Artifact, language: Language) -> Markup:
    if not {"churn_probability", "value_at_risk", "customer_id"} <= set(artifact.columns):
        return Markup("")
    chance, value, who = (_column(artifact, name) for name in ("churn_probability", "value_at_risk", "customer_id"))
    words = Words(HERE, language)
    return charts.scatter(
        "",
        chance,
        value,
        who,
        x_title=words("column.churn_probability"),
        y_title=words("column.value_at_risk"),
        language=language,
    )


def _metric(artifact: Artifact, language: Language) -> Markup:
    if len(artifact.columns) != 2 or not all(_is_number(row[1]) for row in artifact.rows):
        return Markup("")
    labels = [str(row[0]) for row in artifact.rows]
    values = [float(row[1]) for row in artifact.rows]
    name = Words(HERE, language).or_plain("column", artifact.columns[1])
    if artifact.columns[0] in _TIMES:
        pairs = sorted(zip(labels, values, strict=True))
        return charts.trend(
            artifact.title, [one for one, _ in pairs], {name: [one for _, one in pairs]}, language=language
        )
    return charts.bars(artifact.title, labels[:_MOST_BARS], values[:_MOST_BARS], language=language)


def _moods(artifact: Artifact, language: Language) -> Markup:
    moods = [name for name in ("positive", "neutral", "negative") if name in artifact.columns]
    if len(moods) < 2:
        return Markup("")
    words = Words(HERE, language)
    labels = [words.or_plain("aspect", row[0]) for row in artifact.rows][:_MOST_BARS]
    series = {words(f"sentiment.{name}"): _column(artifact, name)[:_MOST_BARS] for name in moods}
    return charts.stacked(artifact.title, labels, series, language=language)


def _column(artifact: Artifact, name: str) -> list[Any]:
    place = artifact.columns.index(name)
    return [row[place] for row in artifact.rows]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
