"""People's words, English and Chinese -> canonical argument values. What can't be read raises ToolError."""

from tools.words.choices import (
    parse_aspect,
    parse_channel,
    parse_dimensions,
    parse_metric,
    parse_order,
    parse_order_channel,
    parse_segments,
    parse_sentiment,
    parse_sort,
    parse_tone,
)
from tools.words.countries import Country, find_country, parse_country
from tools.words.ids import id_candidates, parse_id
from tools.words.languages import find_language, parse_language
from tools.words.match import match_value
from tools.words.money import parse_money
from tools.words.normalise import normalise_arguments
from tools.words.numbers import parse_count, parse_number
from tools.words.period import Period, parse_period

__all__ = [
    "Country",
    "Period",
    "find_country",
    "find_language",
    "id_candidates",
    "match_value",
    "normalise_arguments",
    "parse_aspect",
    "parse_channel",
    "parse_count",
    "parse_country",
    "parse_dimensions",
    "parse_id",
    "parse_language",
    "parse_metric",
    "parse_money",
    "parse_number",
    "parse_order",
    "parse_order_channel",
    "parse_period",
    "parse_segments",
    "parse_sentiment",
    "parse_sort",
    "parse_tone",
]
