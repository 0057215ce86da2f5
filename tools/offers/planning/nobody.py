"""Why a plan would give nobody anything, in one sentence."""

from collections import Counter

import numpy as np

from tools.behaviour.wording import counted, money
from tools.offers.funnel.choice import RULED_OUT, Choice
from tools.offers.funnel.state import State
from tools.offers.funnel.terms import REASONS
from tools.offers.funnel.words import Words
from tools.offers.planning.asked import Asked

_TOLD = 3


def last_reasons(choice: Choice) -> Counter[str]:
    """The ruled out by the reason of the step that left nothing; where a step had several, by its commonest."""
    rows = choice.reasons[choice.of_arm(RULED_OUT), 1:]
    found: Counter[str] = Counter()
    if not rows.size:
        return found
    patterns, numbers = np.unique(rows, axis=0, return_counts=True)
    steps = {step: nth for nth, step in enumerate(dict.fromkeys(step for step, _key in REASONS))}
    rows_of: list[list[int]] = patterns.tolist()
    for row, number in zip(rows_of, numbers.tolist(), strict=True):
        latest = max(steps[REASONS[one][0]] for one in row)
        keys = Counter(REASONS[one][1] for one in row if steps[REASONS[one][0]] == latest)
        found[keys.most_common(1)[0][0]] += number
    return found


def nobody(asked: Asked, state: State, choice: Choice) -> str:
    """Where all are ruled out."""
    terms, words, n = asked.terms, Words("en", asked.terms.catalogue), len(asked.crowd)
    if not state.consent.any():
        by = f" to {words.named('channels', terms.channel)}" if terms.channel else ""
        return (
            f"None of the {counted(n, 'customer')} has given consent{by}, so nobody can be contacted; ask for others."
        )
    reasons = last_reasons(choice)
    if any(key in reasons for key in ("budget_campaign", "budget_month")):
        whose = "The campaign's" if "budget_campaign" in reasons else "This month's"
        left, least = (
            money(amount / 100, terms.catalogue.currency) for amount in (choice.left.max(), _cheapest(asked, choice))
        )
        return f"{whose} budget has {left} left, but the cheapest offer that is possible could cost {least}; give more."
    said = [f"{words.named('reasons', key)} ({number:,})" for key, number in reasons.most_common(_TOLD)]
    return f"None of the {counted(n, 'customer')} can be given an offer: {'; '.join(said)}."


def _cheapest(asked: Asked, choice: Choice) -> int:
    """Cents that the cheapest offer could cost, of those that only the budget rules out."""
    channels = choice.reached.channels
    costs = asked.crowd.costs[channels, np.arange(channels.shape[1])]
    return int(costs[:, 1:][choice.reached.reasons[:, 1:] == 0].min())
