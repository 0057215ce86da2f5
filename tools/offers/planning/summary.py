"""A plan in figures."""

from collections import Counter
from decimal import Decimal

import numpy as np

from store.ledger import Campaign
from tools.offers.funnel.choice import ARMS, TREATED, Choice
from tools.offers.funnel.state import State
from tools.offers.planning.asked import Asked
from tools.offers.planning.expected import expected_cost
from tools.offers.planning.messages import Key, Texts, keys_of
from tools.offers.planning.nobody import last_reasons
from tools.offers.planning.report import PlanReport, Sample

_SAMPLES = 5


def summary(asked: Asked, campaign: Campaign, state: State, choice: Choice, texts: Texts) -> PlanReport:
    treated, keys = np.flatnonzero(choice.of_arm(TREATED)), keys_of(asked, choice)
    arms = np.bincount(choice.arm, minlength=len(ARMS)).tolist()
    limit = state.month_left if asked.budget is None else min(asked.budget, state.month_left)
    terms = asked.terms
    return PlanReport(
        campaign_id=campaign.id or 0,
        name=campaign.name,
        state=campaign.state,
        segment=asked.segment,
        asked=len(asked.crowd),
        arms=dict(zip(ARMS, arms, strict=True)),
        offers=_summed(keys, 0),
        channels=_summed(keys, 1),
        languages=_summed(keys, 2),
        variants={name: number for name, number in _summed(keys, 3).items() if name},
        ruled_out=dict(last_reasons(choice).most_common()),
        budget=_money(limit / 100),
        reserved=_money(int(choice.reserved.sum()) / 100),
        expected=_money(expected_cost(asked.crowd, choice)),
        gain=_money(float(asked.crowd.gains[treated, choice.picked[treated]].sum())),
        expires_at=campaign.expires_at,
        mode=terms.mode,
        policy_version=terms.policy.version,
        templates=sum(number for key, number in keys.items() if texts[key].note),
        samples=[_sample(key, number, texts) for key, number in keys.most_common(_SAMPLES)],
        notes=[terms.policy.note] if terms.policy.note else [],
    )


def _summed(keys: Counter[Key], part: int) -> dict[str, int]:
    found: Counter[str] = Counter()
    for key, number in keys.items():
        found[str(key[part] or "")] += number
    return dict(found.most_common())


def _sample(key: Key, number: int, texts: Texts) -> Sample:
    text = texts[key]
    return Sample(*key, subject=text.subject, body=text.body, author=text.author, note=text.note, drafts=number)


def _money(amount: float) -> Decimal:
    return Decimal(repr(amount)).quantize(Decimal("0.01"))
