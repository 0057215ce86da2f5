"""A person's decision on a campaign or one of its texts, from the page."""

from typing import Any

from store.errors import WinbackError
from tools.offers.approval import approve, edit, reject, withdraw
from ui.app.frame import Desk, Visit

_ACTS = {"approve": approve, "reject": reject, "withdraw": withdraw}


def decided(desk: Desk, visit: Visit, campaign_id: int | None) -> tuple[str, str] | None:
    """Does what the browser asked for and says what came of it: kind (good, bad) and words; None for no act known.

    What is decided on is looked up in the ledger by `tools.offers.approval`, which also checks the role.
    """
    act = visit.text("act")
    try:
        return ("good", _done(desk, visit, act, campaign_id)) if act in (*_ACTS, "edit") else None
    except WinbackError as problem:
        return "bad", str(problem)


def _done(desk: Desk, visit: Visit, act: str, campaign_id: int | None) -> str:
    shop, draft, message = desk.shop(), visit.number("draft"), visit.number("message")
    if act == "edit":
        if draft is None:
            raise WinbackError("Say which draft is meant.")
        subject = visit.text("subject", 400) if "subject" in visit.data else None
        body, every = visit.text("body", 10_000), bool(visit.data.get("all"))
        edit(shop, visit.actor, visit.now, draft_id=draft, body=body, subject=subject, all=every)
        return desk.words("done.edit")
    reason: dict[str, Any] = {} if act == "approve" else {"reason": visit.text("reason", 500)}
    target: dict[str, Any] = {"message_id": message} if message else {"campaign_id": campaign_id}
    return desk.words(f"done.{act}", n=f"{_ACTS[act](shop, visit.actor, visit.now, **target, **reason):,}")
