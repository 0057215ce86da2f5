"""The tool `query_metric`: a defined business metric, in total or broken down."""

from dataclasses import replace

from store.shop import Shop
from tools.behaviour import segments
from tools.behaviour.compute import Figures, Question, compute, data_range, guests, has_costs, has_totals
from tools.behaviour.dimensions import TIME
from tools.behaviour.metric_text import Telling, answer, table, title, when
from tools.behaviour.question import period_taken, understand
from tools.context import ToolContext
from tools.contract import QueryMetric
from tools.result import Artifact, ToolError, ToolResult


def query_metric(context: ToolContext, args: QueryMetric) -> ToolResult:
    """The figure as text and as a table, with its definition and its SQL.

    Raises ToolError or WinbackError, one sentence, for what is unknown, missing or cannot be combined.
    """
    shop = context.shop
    with shop.warehouse.pinned():
        asked = understand(shop, args)
        figures = compute(shop, asked.question)
        _check_members(asked.question, figures)
        telling = _telling(shop, asked.question, figures)
    telling = replace(
        telling,
        limit=asked.limit,
        in_time=set(asked.question.dimensions) <= TIME.keys() and args.order is None and args.limit is None,
        taken=(*period_taken(args.period, when(telling)), *asked.taken),
    )
    columns, rows = table(telling, figures)
    return ToolResult(
        text=answer(telling, figures),
        artifact=Artifact(
            title=title(telling),
            columns=columns,
            rows=rows,
            sql=figures.sql,
            definition=_definition(shop, asked.question),
        ),
        interpreted=asked.interpreted if telling.taken else {},
    )


def _telling(shop: Shop, question: Question, figures: Figures) -> Telling:
    half_open = (question.start is None) != (question.end is None)
    nothing = not any(row["value"] for row in figures.rows)
    if nothing and question.metric.source == "costed_lines" and not has_costs(shop):
        raise ToolError("This shop's products have no cost, so there is no gross margin; load the costs first.")
    if nothing and question.metric.unit == "money" and not has_totals(shop):
        raise ToolError(
            "This shop's orders have no amounts, so nothing is known of money; ask for orders or customers."
        )
    return Telling(
        question,
        shop.currency,
        covered=data_range(shop, question.metric) if half_open or nothing else None,
        guests=guests(shop, question) if "customer" in question.dimensions else None,
    )


def _check_members(question: Question, figures: Figures) -> None:
    """A dimension that no row has a value for is missing from the data."""
    for dimension in question.dimensions:
        if figures.rows and all(row[dimension] is None for row in figures.rows):
            raise ToolError(f"This shop's data has no {dimension}, so nothing can be broken down by it.")


def _definition(shop: Shop, question: Question) -> str:
    """The marketer's sentence, and the rule of each segment asked for while segments are computed on the fly."""
    named = [name for chosen in question.filters if chosen.dimension == "segment" for name in chosen.values]
    if "segment" in question.dimensions:
        named = list(segments.rules())
    meanings = [meaning for name in named if (meaning := segments.meaning(shop.warehouse, name))]
    sentence = f"{question.metric.label}: {question.metric.definition}"
    return f"{sentence} Segments: {'; '.join(meanings)}." if meanings else sentence
