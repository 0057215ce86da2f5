"""Whose voice an answer speaks in: what only customers' words say is told as theirs, or not at all."""

import re

from agent.grounding import Evidence, unsupported
from agent.provenance.cues import pattern
from agent.provenance.gather import Provenance
from agent.provenance.leaving import QUOTED
from agent.provenance.tokens import HAN, TOKEN, contains
from tools.words.text import fold

_SENTENCE = re.compile(r"(?<=[.!?])(?=\s)|[。！？；;\n]+")
_WHO = (
    r"(?:customers?|reviewers?|buyers?|shoppers?|people|clients?|users?|they|he|she|who|one|some|many|most|several|few"
    r"|others?|reviews?|comments?|all|both|c\d+)"
)
_TELLS = (
    r"(?:say|says|said|saying|report|reports|reported|mentions?|mentioned|complain\w*|prais\w*|writes?|wrote|feels?|felt"
    r"|thinks?|thought|finds?|describ\w*|criticis\w*|criticiz\w*|dislikes?|likes?|loves?|asks?|asked|wants?|claims?"
    r"|claimed|notes?|noted|calls?|called)"
)
_REPORTED = re.compile(
    rf"\b{_WHO}\b(?:\s+[\w'-]+){{0,3}}?\s+{_TELLS}\b|\baccording to\b|\bin (?:his|her|their) words\b"
    r"|(?:客户|顾客|买家|用户|大家|有人|他们?|她们?|评价|评论|差评|好评|人)[^，。]{0,8}"
    r"(?:说|表示|反映|抱怨|称赞|夸|提到|认为|觉得|吐槽|投诉|反馈|写道|希望|指出|声称|批评|不满|喜欢)"
)
_COMMITMENT, _ALL_WELL = pattern("commitments"), pattern("all_well")
_WORD, _CHARACTER = 4, 2  # a Chinese word has about two characters
_LONGEST_OWN = 20  # five words in a row
_LONGEST_REPORTED = 32  # eight words


def borrowed(answer: str, known: Provenance, numbers: Evidence) -> list[str]:
    """The sentences of an answer that say, outside quotation marks, what only customers' words could say.

    That is a sentence that stands in customers' words whole or with five words in a row (ten Chinese characters); where
    it tells what customers say, eight (sixteen). And one that commits the shop to something, calls for something, or
    says that all is well, of which no trusted text speaks, or a number that `numbers`, the trusted ones, do not hold.
    Decoded forms of customers' words count as theirs; a quotation of what nobody wrote is none.
    """
    if not known.words:
        return []
    plain = QUOTED.sub(lambda found: " " if _is_quotation(found[0], known) else found[0], answer)
    parts = (part.strip() for part in _SENTENCE.split(plain))
    return [part for part in parts if part and _is_borrowed(part, known, numbers)]


def _is_quotation(text: str, known: Provenance) -> bool:
    return contains(known.customers_tokens, text) or contains(known.trusted_tokens, text)


def _is_borrowed(part: str, known: Provenance, numbers: Evidence) -> bool:
    folded = fold(part)
    tokens = TOKEN.findall(folded)
    reported = bool(_REPORTED.search(folded))
    if _longest_run(tokens, known) >= (_LONGEST_REPORTED if reported else _LONGEST_OWN):
        return True
    if _is_new(_ALL_WELL, folded, known):
        return True
    if len(tokens) > 1 and _only_theirs(tokens, known):
        return True
    return not reported and (_is_new(_COMMITMENT, folded, known) or bool(unsupported(part, numbers)))


def _is_new(pattern: re.Pattern[str], text: str, known: Provenance) -> bool:
    """Whether it says something of the kind that no trusted text says in these words."""
    return any(not contains(known.trusted_tokens, one[0]) for one in pattern.finditer(text))


def _longest_run(tokens: list[str], known: Provenance) -> int:
    """The weight of the longest run that stands in customers' words and in no trusted text."""
    longest, start = 0, 0
    for end in range(1, len(tokens) + 1):
        while start < end and not _is_theirs(tokens[start:end], known):
            start += 1
        run = tokens[start:end]
        weight = sum(_CHARACTER if HAN.match(token) else _WORD for token in run)
        if weight > longest and _only_theirs(run, known):
            longest = weight
    return longest


def _is_theirs(run: list[str], known: Provenance) -> bool:
    return f" {' '.join(run)} " in known.customers_tokens


def _only_theirs(run: list[str], known: Provenance) -> bool:
    return _is_theirs(run, known) and f" {' '.join(run)} " not in known.trusted_tokens
