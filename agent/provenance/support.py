"""Whether trusted text supports a value of a call. Pure functions of the value and a `Provenance`."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from agent.bundled.readable import readable
from agent.privacy.contacts import contact_spans
from agent.provenance.gather import Provenance, leaves
from agent.provenance.leaving import links
from agent.provenance.requests import speaks_of_reviewers
from agent.provenance.tokens import HAN, Id, amounts, contains, id_of, ids, joined, named_ids, same_id, spelt, writers
from tools.result import ToolError
from tools.words import find_country, parse_count, parse_money, parse_segments
from tools.words.choices import vocabulary
from tools.words.segments import decomposed
from tools.words.text import fold, words

_CODE = re.compile(
    r"(?<![^\W_])(?=[a-z_-]*\d)(?:[a-z]+[\d_-]*\d[\w-]*|\d{4,}[\w-]*)(?![^\W_])", re.IGNORECASE | re.ASCII
)
_DATE = re.compile(r"(?:19|20)\d\d(?:[-/.]\d\d?){0,2}")
_PLAIN = frozenset(
    "a an and the to for of in on at by with as is are be it its this that these those them they he she his her him "
    "their our we you your i me my or but so if not no do does please very more less bit little too also just then "
    "short shorter shorten brief briefer long longer warm warmer formal friendly friendlier polite playful apologetic "
    "simple simpler clear clearer tone style make sound write rewrite reword rework draft message email text sms push "
    "call wechat version language english chinese french german spanish italian customer customers offer campaign win "
    "back winback keep use add mention include remove say sentence word words line paragraph".split()
)
_HAN_PLAIN = re.compile(
    r"短一[点些]|简短|缩短|长一[点些]|更?热情|更?亲切|更?正式|更?活泼|温暖|礼貌|语气|口吻|风格|一[点些下]|改[成为写得]?|重写|写[成得]?|草稿|"
    r"短信|邮件|微信|推送|电话|消息|文案|版本|中文|英文|客户|顾客|优惠|活动|挽回|召回|请|把|再|更|的|了|和|并|要|用|让|些|点|加上|提到|去掉|不要"
)
_LONGEST_NAME = 6


def known_id(value: object, known: Provenance) -> bool:
    """Whether the person or the shop's own data name this id (or, without a digit, this very word)."""
    wanted = id_of(value)
    if wanted is None:
        return contains(known.trusted_tokens, str(value))
    return _named(wanted, _of_person(known.said)) or _named(wanted, _of_shop((*known.told, *known.sources)))


def known_target(value: object, known: Provenance) -> bool:
    """Whether a proposal may be for this customer.

    One that this message names; else one that tools told since, quoting nobody; else, where the message names none, one
    that was said or so told before, or who wrote a quote, if the message speaks of those who wrote or only one did.
    """
    wanted = id_of(value)
    if wanted is None:
        return contains(joined([*known.said, *known.apart]), str(value))
    if _named(wanted, _of_person((known.asked,))) or _named(wanted, _of_shop(known.apart_now)):
        return True
    if named_ids(known.asked):
        return False
    if _named(wanted, _of_person(known.said)) or _named(wanted, _of_shop(known.apart)):
        return True
    wrote = frozenset[Id]().union(*map(writers, known.sources))
    return _named(wanted, wrote) and (len(wrote) == 1 or speaks_of_reviewers(known.asked))


def known_segment(value: Any, known: Provenance) -> bool:
    """Whether the person named every segment, in this message or, where it names none, in an earlier one."""
    said = joined(known.said)
    if all(contains(said, leaf) for leaf in leaves(value)):
        return True
    try:
        wanted = set(parse_segments([str(leaf) for leaf in leaves(value)]))
    except ToolError:
        return False
    return wanted <= (segments_in(known.asked) or frozenset[str]().union(*map(segments_in, known.said)))


def known_amount(value: Any, known: Provenance) -> bool:
    """Whether the person said this sum or number."""
    said = frozenset[float]().union(*map(amounts, known.said))
    for read in (parse_money, parse_count):
        try:
            return float(read(value)) in said
        except ToolError:
            continue
    return contains(joined(known.said), str(value))


def known_filter(dimension: str, value: str, known: Provenance) -> bool:
    """Whether the person or the shop's data name this value of a filter, in these words or as the same country."""
    if contains(known.trusted_tokens, value):
        return True
    country = find_country(value) if dimension == "country" else None
    named = [find_country(phrase) for phrase in readable("country", list(known.said)) or []]
    return country is not None and country.code in {one.code for one in named if one}


def known_text(value: str, texts: Iterable[str]) -> bool:
    """Whether every word that says something stands in `texts`; so must numbers, codes, links and addresses."""
    texts = list(texts)
    tokens = joined(texts)
    if links(value) or contact_spans(value):
        return contains(tokens, value)
    if not amounts(value) <= frozenset[float]().union(*map(amounts, texts)):
        return False
    stems = {_stem(word) for word in re.split(r"[ |]+", tokens)}
    latin = [word for word in spelt(value).split() if not HAN.match(word) and word not in _PLAIN]
    return all(_stem(word) in stems for word in latin) and not _strange_han(value, tokens)


def strange_codes(value: str, known: Provenance) -> list[str]:
    """Ids, codes, links and addresses in a text that neither the person nor the shop's data hold."""
    found = [one for one in _CODE.findall(value) if not _DATE.fullmatch(one) and not known_id(one, known)]
    others = [*links(value), *(value[span.start : span.end] for span in contact_spans(value))]
    return [one for one in [*found, *others] if not contains(known.trusted_tokens, one)]


@lru_cache(maxsize=512)
def segments_in(text: str) -> frozenset[str]:
    """The segments that a message names, in whatever words."""
    names = vocabulary("segment")
    pieces = [piece for word in words(fold(text)) for piece in (word if HAN.match(word) else [word])]
    found: set[str] = set(decomposed(text, names))
    for start in range(len(pieces)):
        longest = 2 * _LONGEST_NAME if HAN.match(pieces[start]) else _LONGEST_NAME
        runs = ("".join(pieces[start:end]) for end in range(start + 1, min(start + longest, len(pieces)) + 1))
        found |= {name for run in runs if (name := names.index.get(run) or names.bare.get(run)) and len(run) > 1}
    return frozenset(found)


def _strange_han(value: str, tokens: str) -> bool:
    """Whether two Chinese characters in a row are left when what `tokens` hold and plain editing words are out."""
    for run in re.findall(r"[\u3400-\u9fff]+", _HAN_PLAIN.sub(" ", fold(value))):
        pairs = [contains(tokens, run[at : at + 2]) for at in range(len(run) - 1)]
        if any(not one for one in pairs):
            return True
    return False


def _stem(word: str) -> str:
    return word if len(word) <= 4 else word[: max(4, len(word) - 3)]


def _of_person(texts: Iterable[str]) -> frozenset[Id]:
    return frozenset[Id]().union(*(ids(text, of_person=True) for text in texts))


def _of_shop(texts: Iterable[str]) -> frozenset[Id]:
    return frozenset[Id]().union(*(ids(text, of_person=False) for text in texts))


def _named(wanted: Id, known: Iterable[Id]) -> bool:
    return any(same_id(wanted, one) for one in known)
