"""Countries: names, codes, everyday forms and adjectives, in English and Chinese -> ISO 3166-1."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from babel import Locale
from babel.core import get_global
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from tools.result import ToolError
from tools.words.text import fold, key, load, shorten

_NO_COUNTRY = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}
_NOUNS = re.compile(
    r"[ -](?:customers?|people|shoppers?|buyers?|clients?|consumers?|markets?|accounts?|orders?|folks?|users?|ones)$"
    r"|(?:的)?(?:客户|顾客|用户|买家|会员|消费者|市场|订单|那边|地区|人|境内|全国)$|的$"
)
_LEAD = re.compile(r"^(?:in|from|to|within|of|在|来自)\s+(?=\w)|^(?:在|来自)")


class Country(NamedTuple):
    """`code` is ISO 3166-1 alpha-2 (XK for Kosovo), `name` English."""

    code: str
    name: str


def parse_country(text: str) -> Country:
    """`the UK`, `EIRE`, `French`, `FRA`, `德国` -> the country. Raises ToolError naming the nearest."""
    if found := find_country(text):
        return found
    near = process.extract(key(text[:100]), list(index()), scorer=fuzz.ratio, limit=6, score_cutoff=60)
    names = list(dict.fromkeys(_names("en")[index()[name]] for name, _, _ in near))[:3]
    hint = f"did you mean {' or '.join(names)}?" if names else "write for example France, GB or 德国."
    raise ToolError(f"There is no country {shorten(text)!r}; {hint}")


@lru_cache(maxsize=4096)
def find_country(text: str) -> Country | None:
    """The country, small typos allowed, or None."""
    if len(text) > 100:
        return None
    phrase = _LEAD.sub("", fold(text).strip(" .,;"))
    code = codes().get(phrase) or index().get(key(phrase)) or index().get(key(_NOUNS.sub("", phrase)))
    code = code or _close(key(phrase))
    return Country(code, _names("en")[code]) if code else None


def _close(spelt: str) -> str | None:
    """A name of five letters or more with one letter wrong, or of nine or more with two."""
    if len(spelt) < 5:
        return None
    hits = process.extract(spelt, list(index()), scorer=OSA.distance, limit=4, score_cutoff=1 + (len(spelt) >= 9))
    best = {index()[name] for name, distance, _ in hits if distance == hits[0][1] and len(name) >= 5}
    return best.pop() if len(best) == 1 else None


@cache
def _names(locale: str) -> dict[str, str]:
    names: dict[str, str] = Locale.parse(locale).territories  # pyright: ignore[reportAssignmentType, reportUnknownMemberType]
    return {code: name for code, name in names.items() if code.isalpha() and code not in _NO_COUNTRY}


@cache
def codes() -> dict[str, str]:
    """Folded ISO alpha-2 and alpha-3 code -> alpha-2 code."""
    aliases: dict[str, list[str]] = get_global("territory_aliases")  # pyright: ignore[reportAssignmentType]
    known = _names("en")
    longer = {
        code.casefold(): to[0] for code, to in aliases.items() if len(code) == 3 and code.isalpha() and to[0] in known
    }
    return longer | {code.casefold(): code for code in known}


@cache
def index() -> dict[str, str]:
    """Key of every name and adjective -> ISO alpha-2 code."""
    found: dict[str, str] = {}
    for locale in ("zh_Hant_HK", "zh_Hant", "zh", "en"):
        found |= {key(name): code for code, name in _names(locale).items()}
    everyday: dict[str, list[str]] = load("countries.yaml")
    for code, names in everyday.items():
        found |= {key(name): code for name in names}
    return found
