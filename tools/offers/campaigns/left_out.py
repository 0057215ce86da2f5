"""How many customers of a campaign each step of the funnel left, and why the others were left out."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, cast

from sqlmodel import col
from sqlmodel import select as _select

from store.ledger import Decision, Ledger
from tools.offers.funnel.choice import RULED_OUT, TREATED
from tools.offers.funnel.terms import REASONS

select: Any = _select  # so that a JSON column needs no type
_STEPS = tuple(dict.fromkeys(step for step, _key in REASONS if step not in ("", "candidates")))


@dataclass(frozen=True)
class LeftOut:
    """`steps`: each step with how many customers had an offer left after it, from all that were considered
    ("candidates") to those who get one ("chosen"); `reasons`: the ruled out by reason, the commonest first."""

    steps: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]


def left_out(ledger: Ledger, campaign_id: int) -> LeftOut:
    """Of the campaign's decisions, which never change once they are written."""
    wanted: Any = select(Decision.arm, Decision.trace).where(Decision.campaign_id == campaign_id)
    past: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    with ledger.session() as session:
        found: Any = cast(Any, session).exec(wanted.order_by(col(Decision.id)).execution_options(yield_per=2000))
        for arm, trace in found:
            past.update([step["step"] for step in trace if step["left"] and step["step"] in _STEPS])
            past.update(["candidates", *(["chosen"] if arm == TREATED else [])])
            if arm == RULED_OUT:
                reasons[Counter(trace[-1]["out"].values()).most_common(1)[0][0]] += 1
    steps = tuple((name, past[name]) for name in ("candidates", *_STEPS, "chosen"))
    return LeftOut(steps, tuple(reasons.most_common()))
