"""What a person's message asks for: a proposal, figures, the people who wrote. Cues in English and Chinese."""

import re

from agent.provenance.cues import pattern, words
from tools.words.text import fold

_WHOM = r"(?:him|her|them|me|us|this|that|these|those|the|an?|each|every|all|everyone|customers?|cust|#?[a-z]{0,3}\d)\b"
_VERBS = (
    rf"(?:{words('verbs', 'en')})\b"
    rf"|(?:send|make|message|e-?mail|text|sms|call|contact|thank|translate|organi[sz]e) {_WHOM}"
    r"|give (?:him|her|them|this|that|customer|cust|#?c?-?\d)"
)
_LEAD = (
    r"(?:^|[.!?;:,\n-]\s*|\b(?:and|then|please|pls|kindly|also|now|just|so|you|to|let'?s|let us|we|i|or|first|next"
    r"|should|could|can|will|would|must)\s+)(?:(?:please|also|now|then|just|quickly|kindly|help me|go ahead and)\s+)*"
)
_WANTED = (
    r"\b(?:needs?|want|would like|'d like|how about|what about|can (?:i|we|you) (?:have|get)|may i have|deserves?"
    r"|ready for|time for)\s+(?:\S+\s+){0,4}?"
    r"(?:draft|offer|campaign|message|e-?mail|text|sms|apology|voucher|coupon|discount|letter|note|win-?back)"
)
_GERUND = (
    r"\b(?:mind|fancy|about|try|consider|start|by) (?:drafting|writing|sending|preparing|offering|planning|penning"
    r"|composing|putting together|apologi[sz]ing|making)\b"
)
_YES = (
    r"^(?:(?:yes|yep|yeah|sure|ok|okay|great|fine|agreed|sounds good|go ahead|go on|do it|do that|please|do|then)"
    r"[\s,.!]*)+$"
)
_BRIEF = r"^(?:a|an|one) (?:short |warm |formal |nice )?(?:draft|apology)"
_REQUEST = re.compile(f"{_GERUND}|{_LEAD}(?:{_VERBS})|{_WANTED}|{_YES}|{_BRIEF}|{words('verbs', 'zh')}")
_MONEY = re.compile(
    r"[£$€¥]\s?\d|\d\s?(?:k\b|grand|quid|pounds?|euros?|dollars?|[元块]|万|千)|[两三四五六七八九一]千|[两三四五一]万"
)
_QUESTION = re.compile(
    r"^(?:(?:and|but|so|ok|okay|now|then|well|hi|hello)\s+)*(?:what|which|who|whom|whose|why|how|when|where|did|do|does"
    r"|is|are|was|were|has|have|had|show|list|tell)\b"
    r"|\?\s*$|怎么|怎样|什么|为何|吗|如何|哪|多少|几|是不是|有没有|看看|查"
)
_CLAUSE = re.compile(r"(?<=[?？])|[.;!:。；！：，,\n]+")
_THING, _FIGURES, _REVIEWERS = pattern("things"), pattern("figures"), pattern("reviewers")


def asks_for_proposal(message: str) -> bool:
    """Whether a message asks for a draft, an offer or a campaign, or agrees to one.

    It does with a verb where a request has one, or by naming such a thing or a sum in a clause that is no question.
    """
    folded = fold(message)
    if _REQUEST.search(folded):
        return True
    clauses = (clause.strip() for clause in _CLAUSE.split(folded))
    return any(not _QUESTION.search(one) and (_THING.search(one) or _MONEY.search(one)) for one in clauses)


def asks_for_figures(message: str) -> bool:
    return bool(_FIGURES.search(fold(message)))


def speaks_of_reviewers(message: str) -> bool:
    return bool(_REVIEWERS.search(fold(message)))
