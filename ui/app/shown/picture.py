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
    if tool == "campaign_results":
        return _effects(artifact, language)
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
    # The line of all reviews would dwarf those of its parts.
    rows = [row for row in artifact.rows if row[0] != "all"][:_MOST_BARS]
    parts = artifact.model_copy(update={"rows": rows})
    labels = [words.or_plain("aspect", row[0]) for row in rows]
    series = {words(f"sentiment.{name}"): _column(parts, name) for name in moods}
    return charts.stacked(artifact.title, labels, series, language=language, horizontal=True)


def _effects(artifact: Artifact, language: Language) -> Markup:
    """What a campaign changed, in all and by segment, each with its interval."""
    if not {"part", "name", "difference", "low", "high"} <= set(artifact.columns):
        return Markup("")
    found = [dict(zip(artifact.columns, row, strict=True)) for row in artifact.rows]
    told = [one for one in found if one["part"] in ("campaign", "segment") and _is_whole(one)][:_MOST_BARS]
    if not told:
        return Markup("")
    words = Words(HERE, language)
    labels = [words.or_plain("segment", one["name"]) for one in told]
    middle, low, high = ([one[name] for one in told] for name in ("difference", "low", "high"))
    return charts.intervals(artifact.title, labels, middle, low, high, language=language)


def _is_whole(line: Mapping[str, Any]) -> bool:
    return all(_is_number(line[name]) for name in ("difference", "low", "high"))


def _column(artifact: Artifact, name: str) -> list[Any]:
    place = artifact.columns.index(name)
    return [row[place] for row in artifact.rows]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
