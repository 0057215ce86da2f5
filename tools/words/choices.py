"""The closed arguments of the contract: what people call their values. The unknown raises ToolError."""

import re
from functools import cache

from tools.words.segments import decomposed
from tools.words.text import CJK, load
from tools.words.vocabulary import Vocabulary

Words = str | list[str]
_FILES = {"metric": "metrics.yaml", "dimension": "dimensions.yaml", "segment": "segments.yaml"}
_BY = "by |per |each |every |broken down by |split by |grouped by |for each |按照|按|每个|每|各个|各|分".split("|")
_OF = "number of |total |overall |how much |how many |总的|总|一共|多少".split("|")
_LEADS = {
    "metric": _OF,
    "dimension": _BY,
    "channel": ["by ", "via ", "as an ", "as a ", "用", "通过", "发"],
    "sort": ["by ", "按"],
}
_NOUNS = {
    "segment": "customer buyer shopper people client user folk one those who are have group segment tier crowd lot "
    "member 客户 顾客 用户 会员 买家 客群 人群 群体 的人 那些 那批人 客人",
    "aspect": "issue problem 问题 方面",
    "sentiment": "review feedback opinion 评价 评论",
    "channel": "message 消息",
    "tone": "tone voice style more bit 语气 口吻 风格 一点 一些 更",
    "order_channel": "channel order sales 渠道 订单",
}
_SEPARATOR = re.compile(rf"\s*(?:[,;、，；/&+]|\band\b|\bplus\b|(?<=[{CJK}])[和与及且](?=[{CJK}]))\s*", re.IGNORECASE)


@cache
def vocabulary(name: str) -> Vocabulary:
    """The words of metric, dimension, segment, aspect, sentiment, channel, order_channel, tone, order or sort."""
    table: dict[str, list[str]] = load(_FILES[name]) if name in _FILES else load("choices.yaml")[name]
    return Vocabulary(name.replace("_", " "), table, _LEADS.get(name, ()), _NOUNS.get(name, "").split())


def parse_metric(text: str) -> str:
    """`how much we sold for` -> revenue."""
    return vocabulary("metric").read(text)


def parse_dimensions(value: Words) -> list[str]:
    """`by country and month`, `按国家` -> canonical dimensions in the order said, each once."""
    return list(dict.fromkeys(vocabulary("dimension").read(text) for text in parts(value, "dimension")))


def parse_segments(value: Words) -> list[str]:
    """`unhappy VIPs`, `快流失的大客户`, `["lapsed", "VIPs"]` -> sorted canonical segments that must all hold."""
    names = vocabulary("segment")
    found: set[str] = set()
    for text in parts(value, "segment"):
        one = names.exact(text)
        found.update([one] if one else decomposed(text, names) or [names.read(text)])
    return sorted(found - {"everyone"}) or ["everyone"]


def parse_aspect(text: str) -> str:
    return vocabulary("aspect").read(text)


def parse_sentiment(text: str) -> str:
    return vocabulary("sentiment").read(text)


def parse_channel(text: str) -> str:
    """The channel of a draft."""
    return vocabulary("channel").read(text)


def parse_order_channel(text: str) -> str:
    """Where an order came from. Shops have channels of their own: see `match_value`."""
    return vocabulary("order_channel").read(text)


def parse_tone(text: str) -> str:
    return vocabulary("tone").read(text)


def parse_order(text: str) -> str:
    """asc or desc."""
    return vocabulary("order").read(text)


def parse_sort(text: str) -> str:
    """value_at_risk or risk."""
    return vocabulary("sort").read(text)


def parts(value: Words, name: str) -> list[str]:
    """The single names in a list or in a phrase such as `country and month`; a name that holds an `and` stays whole."""
    if isinstance(value, list):
        return [part for text in value for part in parts(str(text), name)]
    if vocabulary(name).exact(value):
        return [value]
    return [part for part in _SEPARATOR.split(value) if part] or [value]
