"""The trace of a past decision in words."""

from sqlmodel import Session, col, select

from store.errors import WinbackError
from store.ledger import Campaign, Decision, Draft, Ledger
from tools.offers.catalogue import catalogue_of
from tools.offers.catalogue.model import NOTHING
from tools.offers.funnel.choice import CONTROL, RULED_OUT, TREATED
from tools.offers.funnel.words import Words


def why(
    ledger: Ledger,
    *,
    decision_id: int | None = None,
    customer_id: str | None = None,
    draft_id: int | None = None,
    language: str = "en",
) -> list[str]:
    """Lines, the answer first, of a decision, of the one behind a draft (a rejected one too), or a customer's latest.

    Raises WinbackError where there is none.
    """
    with ledger.session() as session:
        decision = _found(session, decision_id, customer_id, draft_id)
        draft = session.exec(select(Draft).where(Draft.decision_id == decision.id)).first()
        campaign = session.get(Campaign, decision.campaign_id) if decision.campaign_id else None
    words = Words(language, catalogue_of(ledger, decision.catalogue_version))
    return [
        _head(words, decision, campaign),
        *_picked(words, decision),
        *(words.step(step) for step in decision.trace if step["step"] != "chosen"),
        *_draft(words, draft),
        _record(words, decision),
    ]


def _found(session: Session, decision_id: int | None, customer_id: str | None, draft_id: int | None) -> Decision:
    wanted = select(Decision)
    if decision_id is not None:
        wanted, what = wanted.where(Decision.id == decision_id), f"decision {decision_id}"
    elif draft_id is not None:
        wanted, what = wanted.join(Draft).where(Draft.id == draft_id), f"draft {draft_id}"
    else:
        wanted, what = wanted.where(Decision.customer_id == customer_id), f"decision on customer {customer_id}"
    found = session.exec(wanted.order_by(col(Decision.at).desc(), col(Decision.id).desc()).limit(1)).first()
    if found is None:
        raise WinbackError(f"There is no {what}; `winback campaign list` shows what was planned.")
    return found


def _head(words: Words, decision: Decision, campaign: Campaign | None) -> str:
    where = words.say("campaign", name=campaign.name) if campaign else words.say("alone")
    reason = words.last_reason(decision.trace) if decision.arm == RULED_OUT else ""
    return words.say(
        decision.arm,
        customer=decision.customer_id,
        offer=words.offer(decision.offer),
        channel=words.named("channels", decision.channel or ""),
        day=decision.at.date(),
        where=where,
        chance=words.chance(decision.propensity),
        reason=reason,
    )


def _picked(words: Words, decision: Decision) -> list[str]:
    """What was picked from, and for the treated what it is worth."""
    lines: list[str] = []
    if decision.arm == TREATED:
        gain, reserved = decision.options[decision.offer]["gain"], decision.reserved_cents / 100
        offer = words.offer(decision.offer)
        lines.append(words.say("picked", offer=offer, gain=words.money(gain), reserved=words.money(reserved)))
    rest = {offer: one for offer, one in decision.options.items() if offer not in (decision.offer, NOTHING)}
    if rest and decision.arm in (TREATED, CONTROL):
        said = [
            words.say(
                "option",
                offer=words.offer(offer),
                gain=words.money(one["gain"]),
                chance=words.chance(one["propensity"]),
            )
            for offer, one in sorted(rest.items(), key=lambda pair: -pair[1]["gain"])
        ]
        lines.append(words.say("others", list=words.joined(said)))
    return lines


def _draft(words: Words, draft: Draft | None) -> list[str]:
    if draft is None:
        return []
    state = words.named("states", draft.state)
    if draft.decided_at is None:
        return [words.say("draft", id=draft.id, state=state)]
    key = "draft_why" if draft.reason else "draft_by"
    who = draft.decided_by or words.say("someone")
    return [words.say(key, id=draft.id, state=state, day=draft.decided_at.date(), who=who, reason=draft.reason)]


def _record(words: Words, decision: Decision) -> str:
    return words.say(
        "decided",
        id=decision.id,
        mode=decision.mode,
        policy=decision.policy_version,
        catalogue=decision.catalogue_version,
        actor=decision.actor,
    )
