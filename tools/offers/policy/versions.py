"""Policies on disk and in the ledger: candidates, the live one, and those it can be gone back to.

HOME/models/offers/candidates and HOME/models/offers/live keep a few versions each. A version is a hash of what it
holds, so a file that is not what was saved is noticed.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from store.errors import WinbackError
from store.ledger import Ledger, PolicyVersion
from store.model_store import ModelStore
from store.shop import Shop
from tools.offers.policy import notes
from tools.offers.policy.model import Policy, noted, policy_of
from tools.offers.policy.start import start_policy

_FILE = "policy.json"


def live_policy(shop: Shop) -> Policy:
    """The policy in force: the live version, the last good one where its file is damaged (its note says so), or the
    start policy where none was deployed."""
    deployed = _deployed(shop.ledger)
    for place, row in enumerate(deployed):
        found = load(shop.home, "live", row.version)
        if found is not None:
            return noted(found, _damaged(deployed[:place])) if place else found
    start = start_policy(shop)
    return noted(start, _damaged(deployed)) if deployed else start


def _damaged(rows: Sequence[PolicyVersion]) -> str:
    lost = ", ".join(row.version for row in rows)
    return notes.damaged(lost)


def _deployed(ledger: Ledger) -> list[PolicyVersion]:
    """The live version, then those that were live before it, latest first; none where switched back to the start."""
    with ledger.session() as session:
        live = live_row(session)
        return [] if live is None else [live, *before(session, live)]


def live_row(session: Session) -> PolicyVersion | None:
    return session.exec(select(PolicyVersion).where(PolicyVersion.state == "live")).first()


def before(session: Session, live: PolicyVersion) -> list[PolicyVersion]:
    """What was deployed earlier than the live version, latest first."""
    retired = select(PolicyVersion).where(
        PolicyVersion.state == "retired", col(PolicyVersion.deployed_at) < live.deployed_at
    )
    return list(session.exec(retired.order_by(col(PolicyVersion.deployed_at).desc())))


def save(home: Path, kind: str, policy: Policy) -> None:
    """`kind` is candidates or live."""
    text = json.dumps(policy.content(), indent=1, sort_keys=True)
    with _store(home, kind).saving(policy.version, {"decisions": policy.decisions}) as folder:
        (folder / _FILE).write_text(text, "utf-8")


def load(home: Path, kind: str, version: str) -> Policy | None:
    """None where the file is missing, damaged, or not what was saved."""
    if Path(version).name != version:
        return None
    try:
        content: Any = json.loads((_store(home, kind).folder / version / _FILE).read_text("utf-8"))
        policy = policy_of(content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return policy if policy.version == version else None


def candidate(shop: Shop, version: str) -> tuple[PolicyVersion, Policy]:
    """Raises WinbackError where there is no such version, or its file is gone."""
    with shop.ledger.session() as session:
        row = session.get(PolicyVersion, version)
    if row is None:
        raise WinbackError(f"There is no policy {version}; `winback campaign policy show` lists them.")
    found = load(shop.home, "candidates", version) or load(shop.home, "live", version)
    if found is None:
        raise WinbackError(f"The file of policy {version} is gone or damaged; `winback refresh` learns a new one.")
    return row, found


def _store(home: Path, kind: str) -> ModelStore:
    return ModelStore(home, f"offers/{kind}")
