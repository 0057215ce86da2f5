"""Arguments of a tool call in one canonical form, so that two ways of saying the same compare as equal. No database."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, cast

from tools.result import ToolError
from tools.words import choices
from tools.words.countries import find_country
from tools.words.ids import parse_id
from tools.words.languages import find_language, parse_language
from tools.words.money import parse_money
from tools.words.numbers import parse_count
from tools.words.period import parse_period
from tools.words.text import CJK, clean

DEFAULTS: dict[str, Any] = {"order": "desc", "sort": "value_at_risk", "period": "all", "offset": 0}
_EVERYONE_IS_DEFAULT = {"churn_risk", "pending_drafts"}
_ID_LIKE = re.compile(r"[\w-]*\d[\w-]*")
_CAMPAIGN = re.compile(r"^(?:the )?(?:campaign )?#?|\s+campaign$|活动$")
_AND = re.compile(rf"\s*(?:[,;、，；/&]|\band\b|(?<=[{CJK}])[和与及](?=[{CJK}]))\s*")


def normalise_arguments(tool: str, args: Mapping[str, Any], as_of: datetime) -> dict[str, Any]:
    """Canonical arguments of `tool`; what equals its default is left out. Never raises.

    A period becomes days up to `as_of` (`2011-09-01..2011-11-30`), a country its ISO code, a segment, metric or other
    closed value its canonical name, ids plain text, counts and money numbers; a list of one becomes its element. What
    can't be read stays, trimmed and without case. Given its own output it returns the same.
    """
    found: dict[str, Any] = {}
    for name, value in args.items():
        canonical = _argument(str(name), _tidied(value), as_of)
        if canonical not in (None, "", [], {}) and canonical != DEFAULTS.get(str(name)):
            found[str(name)] = canonical
    if found.get("segment") == "everyone" and tool in _EVERYONE_IS_DEFAULT:
        del found["segment"]
    return found


def _argument(name: str, value: Any, as_of: datetime) -> Any:
    if name == "filters":
        return _filters(cast(dict[str, Any], value)) if isinstance(value, dict) else value
    if name in _LIST_READERS:
        return _read(_LIST_READERS[name], value)
    reader = partial(_period, as_of=as_of) if name == "period" else _READERS.get(name)
    if reader is None:
        return value
    if isinstance(value, list):
        return [item if isinstance(item, list) else _read(reader, item) for item in cast(list[Any], value)]
    return _read(reader, value)


def _read(reader: Callable[[Any], Any], value: Any) -> Any:
    """`value` as the reader reads it, or as it is."""
    if value is None or isinstance(value, bool | dict):
        return cast(Any, value)
    try:
        return reader(value)
    except ToolError:
        return value


def _tidied(value: Any) -> Any:
    """Strings trimmed and without case, however deep; a list loses what is empty, and a list of one is its element."""
    if isinstance(value, str):
        return clean(clean(value).casefold()).casefold()
    if isinstance(value, list | tuple):
        items = [_tidied(item) for item in cast(Sequence[Any], value)]
        return _list_or_one([item for item in items if item not in (None, "", [], {})])
    if isinstance(value, Mapping):
        return {str(_tidied(str(key))): _tidied(item) for key, item in cast(Mapping[Any, Any], value).items()}
    return value


def _list_or_one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _words(value: Any) -> choices.Words:
    return [str(item) for item in cast(list[Any], value)] if isinstance(value, list) else str(value)


def _period(value: Any, as_of: datetime) -> str:
    """Nothing in a shop is later than `as_of`, so a period that goes on beyond it ends there."""
    period, today = parse_period(str(value), as_of), as_of.date()
    if period.start and period.start > today:
        return period.canonical
    if period.end is not None and period.end < today:
        return period.canonical
    return f"{period.start}..{today}" if period.start else "all"


def _dimensions(value: Any) -> Any:
    return _list_or_one(choices.parse_dimensions(_words(value)))


def _segments(value: Any) -> Any:
    return _list_or_one(choices.parse_segments(_words(value)))


def _money(value: Any) -> int | float:
    number = parse_money(value)
    return int(number) if number == int(number) else float(number)


def _product(value: Any) -> str:
    """A product's name as it is, its id without what people write around it."""
    bare = parse_id(value)
    return bare if _ID_LIKE.fullmatch(bare) else str(value)


def _campaign(value: Any) -> str:
    return _CAMPAIGN.sub("", str(value)) or str(value)


def _one(parse: Callable[[str], str]) -> Callable[[Any], str]:
    return lambda value: parse(str(value))


_LIST_READERS: dict[str, Callable[[Any], Any]] = {"group_by": _dimensions, "segment": _segments}
_READERS: dict[str, Callable[[Any], Any]] = {
    "metric": _one(choices.parse_metric),
    "order": _one(choices.parse_order),
    "sort": _one(choices.parse_sort),
    "aspect": _one(choices.parse_aspect),
    "sentiment": _one(choices.parse_sentiment),
    "channel": _one(choices.parse_channel),
    "tone": _one(choices.parse_tone),
    "language": _one(parse_language),
    "limit": parse_count,
    "offset": parse_count,
    "budget": _money,
    "customer_id": parse_id,
    "order_id": parse_id,
    "draft": parse_id,
    "product": _product,
    "campaign": _campaign,
}


def _filters(filters: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    for said, value in filters.items():
        dimension = choices.vocabulary("dimension").find(said) or said
        values = cast(list[Any], value) if isinstance(value, list) else [value]
        kept = {str(one): one for item in values for one in _filter_values(dimension, item)}
        found.setdefault(dimension, {}).update(kept)
    found.get("segment", {}).pop("everyone", None)
    return {
        name: _list_or_one([values[key] for key in sorted(values)]) for name, values in sorted(found.items()) if values
    }


def _filter_values(dimension: str, value: Any) -> list[Any]:
    if value in (None, "", [], {}):
        return []
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return [value]
    text = str(value)
    if dimension == "segment":
        read = _read(_segments, text)
        return cast(list[Any], read) if isinstance(read, list) else [read]
    reader = _FILTER_READERS.get(dimension)
    if reader is None:
        return [text]
    if one := reader(text):
        return [one]
    several = [reader(part) for part in _AND.split(text) if part]
    return several if several and all(several) else [text]


def _code(text: str) -> str | None:
    country = find_country(text)
    return country.code if country else None


_FILTER_READERS: dict[str, Callable[[str], str | None]] = {
    "country": _code,
    "language": find_language,
    "channel": lambda text: choices.vocabulary("order_channel").find(text),
    "product": lambda text: _read(_product, text),
    "customer": lambda text: _read(parse_id, text),
}
