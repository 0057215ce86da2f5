"""Languages: names in English, Chinese and their own, and codes -> ISO 639-1."""

import re
from functools import cache

from babel import Locale
from babel.core import get_global

from tools.result import ToolError
from tools.words.text import fold, has_cjk, key, load, shorten

_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z]{2,4})+")
_CHINESE_QUALIFIER = re.compile(
    r"^(?:地道|标准|现代|日常|纯正|美式|英式|简体|繁体|巴西|欧洲|墨西哥|用|使用|以)(?:的)?|(?:来写|写)$"
)


def parse_language(text: str) -> str:
    """`German`, `plain German`, `Deutsch`, `德语`, `de-AT` -> de. Raises ToolError for what is no language."""
    if found := find_language(text):
        return found
    raise ToolError(f"There is no language {shorten(text)!r}; write for example English, 中文 or an ISO 639-1 code.")


def find_language(text: str) -> str | None:
    """The ISO 639-1 code, or None."""
    phrase = fold(text).strip(" .,")
    if tag := _TAG.fullmatch(phrase):
        phrase = tag[1]
    if phrase in _codes():
        return _codes()[phrase]
    for name in (phrase, *_shorter(phrase)):
        if found := _index().get(key(name)):
            return found
    return None


def language_name(code: str, locale: str) -> str:
    """What a language is called in `locale` ("en", "zh"): de -> German, 德语; a code without a name stays as it is."""
    return _names(locale).get(code, code)


def _shorter(phrase: str) -> list[str]:
    """`plain british english` is english, and 地道德语 is 德语."""
    if has_cjk(phrase):
        return [_CHINESE_QUALIFIER.sub("", phrase)]
    return [word for word in reversed(re.findall(r"[^\W\d_]+", phrase)) if len(word) > 3][:4]


@cache
def _names(locale: str) -> dict[str, str]:
    return dict(Locale.parse(locale).languages)  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]


@cache
def _codes() -> dict[str, str]:
    """ISO 639-1 and 639-3 code -> ISO 639-1 code."""
    aliases: dict[str, str] = get_global("language_aliases")  # pyright: ignore[reportAssignmentType]
    longer = {code: target for code, target in aliases.items() if len(code) == 3 and len(target) == 2}
    return longer | {code: code for code in _names("en") if len(code) == 2} | {"nb": "no", "nn": "no"}


@cache
def _index() -> dict[str, str]:
    """Key of every name -> ISO 639-1 code."""
    found: dict[str, str] = {}
    for locale in ("zh_Hant", "zh", "en"):
        found |= {key(name): code for code, name in _names(locale).items() if len(code) == 2}
    everyday: dict[str, list[str]] = load("languages.yaml")
    for code, names in everyday.items():
        found |= {key(name): code for name in names}
    return found
