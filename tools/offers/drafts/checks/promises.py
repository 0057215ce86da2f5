"""Promises that the offer does not hold."""

from tools.offers.drafts.checks.lexicon import HELD, promised
from tools.offers.drafts.checks.number_words import digits
from tools.offers.drafts.model import Brief, Problem, problem
from tools.offers.drafts.tags import untagged


def promises(subject: str, body: str, brief: Brief) -> list[Problem]:
    """What the offer's kind holds, its name says, or its own template says may be said; nothing else."""
    text = untagged(f"{subject}\n{body}".replace(brief.opt_out or "\0", " "))
    if brief.offer.kind == "care_call":
        return []  # its text is for the one who calls, who offers to put things right
    own = _own_words(brief)
    found = promised(digits(text, brief.language), brief.language)
    wrong = [(kind, one) for kind, one in found if kind not in HELD[brief.offer.kind] and one.casefold() not in own]
    return [problem("deadline" if kind == "deadline" else "promise", text=one[:60]) for kind, one in wrong]


def _own_words(brief: Brief) -> str:
    offer, language = brief.offer, brief.language
    texts = offer.texts.get(language, {}).values()
    parts = [offer.name.get(language, ""), *(f"{one.subject or ''} {one.body}" for one in texts)]
    return digits(" ".join(parts), language).casefold()
