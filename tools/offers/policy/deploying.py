"""A policy goes live, or the last good one comes back: a person's act."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from store.errors import WinbackError
from store.ledger import PolicyMode, PolicyVersion
from store.shop import Shop
from tools.context import Actor
from tools.offers.policy.modes import mode_now
from tools.offers.policy.start import start_policy
from tools.offers.policy.versions import before, candidate, live_row, load, save
from tools.offers.rights import require_decider


def estimate(shop: Shop, version: str) -> dict[str, Any]:
    """What is estimated of a version, to be shown before it goes live. Raises WinbackError for an unknown one."""
    return candidate(shop, version)[0].evaluation


def deploy(shop: Shop, version: str, by: Actor, now: datetime, *, anyway: bool = False) -> None:
    """From now on offers are picked by this version.

    Raises WinbackError where `by` may not decide, where the version or its file is unknown, and, unless `anyway`, where
    its estimate allows no conclusion.
    """
    require_decider(by, "deploy a policy")
    row, policy = candidate(shop, version)
    if not row.evaluation.get("conclusive") and not anyway:
        reason = row.evaluation.get("reason") or "nothing was estimated"
        raise WinbackError(f"The gain of {version} is not yet known ({reason}); deploy it anyway only on purpose.")
    save(shop.home, "live", policy)
    with shop.ledger.exclusive() as session:
        _retire(session, except_for=version)
        row = session.get_one(PolicyVersion, version)
        row.state, row.deployed_at, row.deployed_by = "live", now, by.id
        session.add(row)


def switch_back(shop: Shop, by: Actor, now: datetime) -> str:
    """The version that was live before comes back, or the start policy where none can; its version.

    The mode stays as it is; its history notes the switch. Raises WinbackError where `by` may not decide, or where no
    version is live.
    """
    require_decider(by, "switch a policy back")
    mode = mode_now(shop.ledger)
    with shop.ledger.exclusive() as session:
        live = live_row(session)
        if live is None:
            raise WinbackError("No learned policy is live: the start policy is in force already.")
        good = next((row for row in before(session, live) if load(shop.home, "live", row.version)), None)
        _retire(session)
        if good is not None:
            good.state = "live"
            session.add(good)
        version = start_policy(shop).version if good is None else good.version
        reason = f"switched back from {live.version} to {version}"
        session.add(PolicyMode(id=None, mode=mode.mode, offer=mode.offer, at=now, by=by.id, reason=reason))
    return version


def _retire(session: Session, except_for: str | None = None) -> None:
    live = live_row(session)
    if live is not None and live.version != except_for:
        live.state = "retired"
        session.add(live)
        session.flush()
