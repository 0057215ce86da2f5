"""Everything that must hold before a draft may be approved."""

from collections.abc import Callable

from tools.offers.drafts.checks.form import form
from tools.offers.drafts.checks.language import language
from tools.offers.drafts.checks.length import length
from tools.offers.drafts.checks.people import people
from tools.offers.drafts.checks.promises import promises
from tools.offers.drafts.checks.terms import terms
from tools.offers.drafts.model import Brief, Problem

_CHECKS: tuple[Callable[[str, str, Brief], list[Problem]], ...] = (form, terms, promises, length, language, people)


def check(subject: str | None, body: str, brief: Brief) -> list[Problem]:
    """What keeps a text from being approved, nothing if it may be; the same for a model's text and a person's.

    Every figure, date and promise must be one that `brief.offer` holds; nothing of `brief.recommendations` or
    `brief.situation` is looked at, so a text passes tomorrow if it passes today.
    """
    found = [one for test in _CHECKS for one in test(subject or "", body, brief)]
    return list(dict.fromkeys(found))
