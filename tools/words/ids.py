"""Ids as people write them (#17850, cust 12748, customer no. 12748, C-1042, 客户17850) and as shops may."""

import re
from typing import Any

from tools.result import ToolError
from tools.words.text import clean, shorten

_NOUN = (
    r"customers?|cust|client|buyer|shopper|user|member|account|orders?|ord(?=[. #:]*\d)|invoice|purchase|products?|"
    r"item|sku|draft|stock ?code|numbers?|no(?=[. #:]*\d)|nr(?=[. #:]*\d)|num|ids?|code"
)
_CHINESE_NOUN = (
    "客户|顾客|用户|会员|买家|客人|订单|商品|产品|货号|草稿|编号|编码|单号|号码|号|"
    "客戶|顧客|用戶|會員|買家|訂單|產品|貨號|編號|編碼|單號|號碼|號"
)
_LEAD = re.compile(rf"^(?:the |our |for )?(?:(?:{_NOUN})(?![a-z-])|{_CHINESE_NOUN}|[\s#:.=\"'(\[])+", re.IGNORECASE)
_TAIL = re.compile(rf"[\s\"')\]。，.,;!?]+$|(?<=\d)\s*(?:{_CHINESE_NOUN})+$")
_FLOAT = re.compile(r"(\d+)\.0+")
_PARTS = re.compile(r"([A-Za-z]*)[-_ .]?(\d+)")
_WIDTHS = range(4, 11)


def parse_id(value: Any) -> str:
    """An id as text, without what people write around it; its own letters, zeros and case are kept.

    Raises ToolError where nothing is left.
    """
    text = clean(str(value))
    bare = _stripped(text)
    if whole := _FLOAT.fullmatch(bare):
        bare = whole[1]
    if isinstance(value, bool) or not re.search(r"\w", bare):
        raise ToolError(f"I need an id such as 17850 where you wrote {shorten(text)!r}.")
    return bare


def _stripped(text: str) -> str:
    while (bare := _TAIL.sub("", _LEAD.sub("", text, count=1), count=1)) != text:
        text = bare
    return bare


def id_candidates(text: Any, letter: str = "c") -> list[str]:
    """Ways a shop may write this id, the likeliest first; `letter` is what its ids may begin with.

    Look them all up at once and take the first that exists. Raises ToolError as `parse_id` does.
    """
    written = parse_id(text)
    squeezed = re.sub(r"[-_ .]", "", written)
    found = [written, written.upper(), written.lower(), squeezed, squeezed.upper(), squeezed.lower()]
    if parts := _PARTS.fullmatch(written):
        found += _renumbered(parts[1], parts[2], letter)
    return list(dict.fromkeys(found))


def _renumbered(prefix: str, digits: str, letter: str) -> list[str]:
    number = digits.lstrip("0") or "0"
    numbers = list(dict.fromkeys([digits, number, *(number.zfill(width) for width in _WIDTHS)]))
    letters = [prefix] if prefix else [letter]
    with_letters = [f"{p}{gap}{n}" for n in numbers for p in _cases(letters) for gap in ("", "-")]
    return [*with_letters, *numbers] if prefix else [*numbers, *with_letters]


def _cases(prefixes: list[str]) -> list[str]:
    return list(dict.fromkeys(case for prefix in prefixes for case in (prefix.lower(), prefix.upper())))
