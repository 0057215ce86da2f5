"""People's names in a question: after words that announce one, or because the shop knows such a customer."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from agent.privacy.contacts import Span

KnownName = Callable[[str], bool]

_LOOKUPS = 12
_PERSON = (
    r"(?:customers?|clients?|shoppers?|buyers?|users?|members?|person|people|someone|somebody"
    r"|lady|gentleman|guy|man|woman|girl|boy)"
)
_OWNER = r"(?:her|his|their|whose|customer'?s?|the)"
_NAMED = re.compile(
    rf"\b(?:{_PERSON}\s+(?:is\s+|was\s+)?(?:named|called|by\s+the\s+name\s+of)|{_OWNER}\s+name\s+(?:is|was))"
    r"\s+[\"'“‘]?",
    re.IGNORECASE,
)
_QUOTED = re.compile(rf"\b{_PERSON}\s+[\"“‘']([^\W\d_][^\"”’'\n\d]{{1,40}})[\"”’']", re.IGNORECASE)
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Herr|Frau|Madame|Monsieur|Señora?|Signora?)\.?\s+")
_WORD = re.compile(r"[^\W\d_](?:[^\W_]|['’-])*")
_PARTICLES = {"de", "da", "di", "del", "della", "dos", "van", "von", "der", "den", "la", "le", "bin", "al", "el", "ter"}
_STOP = set(
    "who that which whose in from with and or is was has had have did does do are were will would can could about at "
    "on for to of by please last this what how if but because as says said wants asked bought ordered complained lives "
    "living back again today yesterday tomorrow now us me you it him her them once twice".split()
)

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔"
    "谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
)
_NAME = r"[“「\"]?(?!什么|啥|我|你|一个|醒|好)([\u4e00-\u9fff]{2,4}?)"
_END = r"(?=[”」\"]|这|那|的|[，。？！,.?!\s]|$)"
_HUMAN = r"(?:客户|顾客|会员|用户|买家|客人|的人|[她他位])"
_CALLED = re.compile(
    rf"{_HUMAN}[^，。？！,.?!]{{0,4}}(?:名叫|叫做|叫|名字是)\s*{_NAME}{_END}|姓名(?:是|为)?\s*[:：]?\s*{_NAME}{_END}"
)
_CALLED_CUSTOMER = re.compile(rf"(?:名叫|叫做|叫|名为)\s*{_NAME}[”」\"]?的(?=客|顾|会员|用户|买家|人|女|男|那)")
_HONORED = re.compile(rf"([{_SURNAMES}][\u4e00-\u9fff]{{0,2}}?)(?:先生|女士|小姐|太太)")
_FAMILY = re.compile(rf"(?=([{_SURNAMES}][\u4e00-\u9fff]{{1,2}}))")


def name_spans(text: str, known: KnownName | None = None) -> list[Span]:
    """Names after a cue, and those for which `known` says that a customer bears them."""
    found = [*_english(text), *_chinese(text)]
    if known is not None:
        found += _known(text, known)
    return found


def _english(text: str) -> Iterator[Span]:
    for match in _NAMED.finditer(text):
        yield from _name_at(text, match.end(), capital=False)
    for match in _TITLED.finditer(text):
        yield from _name_at(text, match.end(), capital=True)
    for match in _QUOTED.finditer(text):
        yield Span(*match.span(1), "name")


def _name_at(text: str, start: int, *, capital: bool) -> Iterator[Span]:
    """One to four words at `start`; after the first capital one, only capitals and particles go on the name."""
    end, words = start, 0
    while words < 4 and (word := _WORD.match(text, end if not words else end + 1)):
        is_name = word[0][0].isupper() or (word[0].lower() in _PARTICLES and words > 0)
        if word[0].lower() in _STOP or not (is_name or (not capital and words < 2)):
            break
        capital = capital or word[0][0].isupper()
        end, words = word.end(), words + 1
        if text[end : end + 1] != " ":
            break
    if words:
        yield Span(start, end, "name")


def _chinese(text: str) -> Iterator[Span]:
    for pattern in (_CALLED, _CALLED_CUSTOMER, _HONORED):
        for match in pattern.finditer(text):
            yield Span(*match.span(match.lastindex or 1), "name")


def _known(text: str, known: KnownName) -> list[Span]:
    found: list[Span] = []
    for looked, span in enumerate(_candidates(text)):
        if looked >= _LOOKUPS:
            break
        if known(text[span.start : span.end]):
            found.append(span)
    return found


def _candidates(text: str) -> Iterator[Span]:
    """Pairs of capitalised words; Chinese family names with one or two characters after them, longer first."""
    words = list(_WORD.finditer(text))
    for first, second in pairwise(words):
        apart = text[first.end() : second.start()]
        if apart == " " and first[0][0].isupper() and second[0][0].isupper():
            yield Span(first.start(), second.end(), "name")
    for match in _FAMILY.finditer(text):
        for length in range(len(match[1]), 1, -1):
            yield Span(match.start(1), match.start(1) + length, "name")
