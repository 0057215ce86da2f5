"""Length and letters by channel. SMS: 3GPP TS 23.038 (GSM 7-bit default alphabet with its extension, else UCS-2)."""

from tools.offers.drafts.model import Brief, Problem, problem
from tools.offers.drafts.tags import as_sent

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_ONE, _MANY = {"GSM-7": 160, "UCS-2": 70}, {"GSM-7": 153, "UCS-2": 67}
SEGMENTS = 2  # of an SMS, at most
SUBJECT = 70  # what mail programs show of a subject
BODY = {"email": 2000, "push": 240, "wechat": 600, "call": 2000}  # push: what phones show unfolded


def segments(text: str) -> tuple[int, str]:
    """How many SMS a text takes, and its alphabet, "GSM-7" or "UCS-2"."""
    if all(one in _GSM or one in _EXTENDED for one in text):
        alphabet, units = "GSM-7", len(text) + sum(one in _EXTENDED for one in text)
    else:
        alphabet, units = "UCS-2", len(text.encode("utf-16-be")) // 2
    if units <= _ONE[alphabet]:
        return 1, alphabet
    return -(-units // _MANY[alphabet]), alphabet


def length(subject: str, body: str, brief: Brief) -> list[Problem]:
    text = as_sent(body, brief)
    if not body.strip():
        return [problem("empty")]
    found = _subject(subject, brief)
    if brief.channel == "sms":
        number, alphabet = segments(text)
        if number > SEGMENTS:
            found.append(problem("segments", number=number, most=SEGMENTS, alphabet=alphabet, length=len(text)))
    elif _wide(text) > BODY[brief.channel]:
        found.append(problem("too_long", length=_wide(text), most=BODY[brief.channel]))
    return found


def _subject(subject: str, brief: Brief) -> list[Problem]:
    if brief.channel != "email":
        return []
    sent = as_sent(subject, brief)
    if not sent.strip():
        return [problem("no_subject")]
    if "\n" in sent or "\r" in sent:
        return [problem("subject_lines")]
    return [problem("subject_long", length=_wide(sent), most=SUBJECT)] if _wide(sent) > SUBJECT else []


def _wide(text: str) -> int:
    """Columns: a Chinese character takes two."""
    return sum(2 if one >= "\u2e80" else 1 for one in text)
