"""Nothing that identifies somebody: no name, and no words a customer wrote."""

import re
from collections.abc import Sequence

from tools.offers.drafts.model import Brief, Problem, problem
from tools.offers.drafts.tags import TAG, untagged

WORDS, CHARACTERS = 6, 10  # in a row, as a customer wrote them: words, or Chinese characters
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_]+(?:['’][^\W_]+)*")
_HAIL = (
    "Hi|Hello|Hey|Dear|Hallo|Liebe[rs]?|Guten Tag|Sehr geehrter?|Bonjour|Salut|Coucou|Chère?|Hola|Querid[oa]|"
    "Estimad[oa]|Buenos días|Beste|Dag|Hoi|Geachte"
)
_NOBODY = "there|you|again|customer|friend|wishes|Kund|Freund|Grüße|Gruß|und|client|amie?|et|amig|y|klant|groet|en|and"
_GREETED = re.compile(
    rf"(?:^|[\n.!?,])\s*(?:{_HAIL})\b[ ,]+(?!(?:{_NOBODY})\w*\b)([A-ZÀ-Ý][a-zß-ÿ'’-]+)(?=\s*[,!:.\n]|\s*$)"
)
_TITLED = re.compile(
    r"\b(?:[Mm]rs?|[Mm]s|[Mm]iss|[Dd]r|Herrn?|Frau|[Mm]onsieur|[Mm]adame|Mme|Mlle|[Ss]eñora?|[Ss]ra?|[Ss]rta|[Mm]eneer|"
    r"[Mm]evrouw|[Dd]hr|[Mm]evr)\.?\s+([A-ZÀ-Ý][a-zß-ÿ'’-]+)|([\u4e00-\u9fff]{1,3})(?:先生|女士|小姐)|"
    r"(?:尊敬的|亲爱的)(?!您|客户|顾客|会员|朋友|用户|你)([\u4e00-\u9fff]{2,4})"
)


def people(subject: str, body: str, brief: Brief) -> list[Problem]:
    text = TAG.sub("·", f"{subject}\n{body}")
    found: list[Problem] = []
    if name := _named(text, brief.names):
        found.append(problem("name", text=name))
    own = body.replace(brief.opt_out or "\0", " ")
    if quoted := _quoted(f"{subject}\n{own}", brief.reviews):
        found.append(problem("quote", text=quoted))
    return found


def _named(text: str, names: Sequence[str]) -> str | None:
    for name in names:
        edge = "" if _CHINESE.search(name) else r"\b"
        if len(name) > 1 and re.search(rf"{edge}{re.escape(name)}{edge}", text):
            return name
    for pattern in (_GREETED, _TITLED):
        if found := pattern.search(text):
            return next(one for one in found.groups() if one)
    return None


def _quoted(text: str, reviews: Sequence[str]) -> str | None:
    """The first stretch of the text that a review has too, letter for letter but for case and punctuation."""
    mine = _words(untagged(text))
    for review in reviews:
        theirs = _words(review)
        for size, chinese in ((WORDS, False), (CHARACTERS, True)):
            known = {tuple(theirs[at : at + size]) for at in range(len(theirs) - size + 1)}
            for at in range(len(mine) - size + 1):
                run = tuple(mine[at : at + size])
                if run in known and (chinese or not all(_CHINESE.fullmatch(one) for one in run)):
                    return (" " if not chinese else "").join(run)
    return None


def _words(text: str) -> list[str]:
    return [one.casefold() for one in _WORD.findall(text)]
