"""Taking an approval back, as long as nothing was sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from store.errors import WinbackError
from store.ledger import Delivery, Draft
from store.shop import Shop
from tools.context import Actor
from tools.offers.funnel.holds import release_many
from tools.offers.rights import act_on, audited, plain_reason, require_decider


def withdraw(
    shop: Shop,
    actor: Actor,
    now: datetime,
    *,
    draft_id: int | None = None,
    campaign_id: int | None = None,
    message_id: int | None = None,
    reason: str = "",
) -> int:
    """Withdraw an approved draft, or all with one text or of a campaign that no sender has claimed, and give back what
    they hold.

    Returns how many drafts. Raises WinbackError where the person may not, and where nothing is left to withdraw.
    """
    require_decider(actor, "withdraw")
    why = plain_reason(reason)
    claimed = select(Delivery.draft_id).where(Delivery.state != "failed")
    chosen = (
        Draft.id == draft_id
        if draft_id is not None
        else Draft.message_id == message_id
        if message_id is not None
        else Draft.campaign_id == campaign_id
    )
    which: tuple[Any, ...] = (Draft.state == "approved", chosen, col(Draft.id).not_in(claimed))
    changes = {"state": "withdrawn", "decided_at": now, "decided_by": actor.id, "reason": why}
    with shop.ledger.exclusive() as session:
        release_many(session, select(Draft.decision_id).where(*which))
        changed = update(Draft).where(*which).values(**changes).execution_options(synchronize_session=False)
        count = session.exec(changed).rowcount
        if not count:
            named = {"draft": draft_id, "text": message_id, "campaign": campaign_id}
            what = next((f"{name} {number}" for name, number in named.items() if number is not None), "nothing")
            raise WinbackError(f"Nothing of {what} is approved and still to be sent; so nothing can be withdrawn.")
        audited(shop, session, actor, now, "campaign.withdraw", act_on(draft_id, campaign_id, why, message_id), count)
    return count
