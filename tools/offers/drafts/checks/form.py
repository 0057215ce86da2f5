"""Merge tags, mark-up, addresses, the opt-out line, and letters that nobody sees."""

import re
import unicodedata

from tools.offers.drafts.model import Brief, Problem, problem
from tools.offers.drafts.tags import KNOWN, TAG, untagged

_HTML = re.compile(r"<\s*[/!]?\s*[a-zA-Z][^<>]*>?|&(?:#\w+|[a-zA-Z]{2,8});")
_LINK = re.compile(
    r"https?\s*:|\bwww\s*\.|\w\]\(|(?<![\w@.])(?:[\w-]+\.)+"
    r"(?:com|org|net|info|biz|shop|store|online|site|xyz|app|io|co|me|ly|gl|eu|uk|de|fr|es|nl|cn|at|ch|be|it|example)"
    r"(?![\w.]*[^\W\d_]*@)(?:/\S*|\b)",
    re.IGNORECASE | re.ASCII,
)
_EMAIL = re.compile(r"[^\s@<>]+\s?(?:@|＠|\(at\)|\[at\])\s?[\w-]+\s?(?:\.|\(dot\)|\[dot\])\s?\w+", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w.,%£€$])\+?\(?\d(?:[\s().\-/]{0,2}\d){6,}(?![\d%])")
_DATE_LIKE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}([./-])\d{1,2}\1\d{2,4}")
_GAP = re.compile(r"\[[^\]\n]{1,40}\]|(?<!\{)\{[^{}\n]{0,40}\}(?!\})|\bX{3,}\b|\{\{|\}\}|<<|>>|%\w+%|\$\{")
_TOKEN = re.compile(r"(?<![\w{])(?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]*\d)[A-Z0-9][A-Z0-9-]{3,}(?![\w}])")
_CODE_WORD = re.compile(
    r"\b(?:\w*code|código|codice)\b\s*(?:is|ist|est|es|:|：|lautet)?\s*[\"'“„«]?([A-Z][A-Z0-9-]{2,})\b|"
    r"(?:优惠码|折扣码|代码|兑换码)\s*[:：为是]?\s*[“\"]?([A-Za-z0-9-]{3,})",
    re.IGNORECASE,
)
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn"}
_JOINERS = "\u200d\ufe0f"  # within emoji


def form(subject: str, body: str, brief: Brief) -> list[Problem]:
    text = f"{subject}\n{body}"
    found = [*_tags(subject, body, brief), *_opt_out(body, brief)]
    bare = untagged(text)
    if hidden := _hidden(text):
        found.append(problem("characters", code=hidden))
    for key, pattern in (("html", _HTML), ("email", _EMAIL), ("link", _LINK), ("placeholder", _GAP)):
        if one := pattern.search(bare):
            found.append(problem(key, text=one[0].strip()[:40]))
    if phone := _PHONE.search(_DATE_LIKE.sub(" ", bare)):
        found.append(problem("phone", text=phone[0].strip()[:40]))
    return found + _codes(bare)


def _tags(subject: str, body: str, brief: Brief) -> list[Problem]:
    used = TAG.findall(f"{subject}\n{body}")
    found = [problem("unknown_tag", tag=name or "?", known=", ".join(KNOWN)) for name in used if name not in KNOWN]
    if brief.offer.code and "code" not in TAG.findall(body) and brief.channel != "call":
        found.append(problem("no_code"))
    if not brief.offer.code and "code" in used:
        found.append(problem("needless_code"))
    if "opt_out" in TAG.findall(subject):
        found.append(problem("unknown_tag", tag="opt_out", known=", ".join(KNOWN[:3])))
    return found


def _opt_out(body: str, brief: Brief) -> list[Problem]:
    lines = brief.catalogue.opt_out.get(brief.channel)
    if not lines or brief.channel == "call":
        return []
    if "opt_out" in TAG.findall(body) or (brief.opt_out and brief.opt_out in body):
        return []
    return [problem("no_opt_out")]


def _codes(bare: str) -> list[Problem]:
    """A code that is written out instead of its tag."""
    named = (one for found in _CODE_WORD.finditer(bare) for one in found.groups() if one)
    written = [one for one in named if one.isupper() or not one.isalpha()]
    written += [found[0] for found in _TOKEN.finditer(bare)]
    return [problem("written_code", text=written[0][:40])] if written else []


def _hidden(text: str) -> str | None:
    for one in text:
        if unicodedata.category(one) in _HIDDEN and one not in "\n\r\t" and one not in _JOINERS:
            return f"U+{ord(one):04X}"
    return None
