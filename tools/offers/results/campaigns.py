"""Which campaign is meant."""

import re

from rapidfuzz import fuzz, process
from sqlmodel import Session, col, exists, select

from store.ledger import Campaign, Draft, Ledger
from tools.result import ToolError

_NUMBER = re.compile(r"\s*(?:campaign|活动|#|no\.?|number|第)*\s*#?\s*(\d{1,9})\s*(?:号)?\s*", re.IGNORECASE)
_CLOSE, _NEAREST = 80, 4


def find_campaign(ledger: Ledger, said: str | int | None) -> Campaign:
    """By id ("12", "#12") or name, nearly spelt; None: the latest that went out, or else the latest planned.

    Raises ToolError naming the nearest ones.
    """
    with ledger.session() as session:
        if said is None or not str(said).strip():
            return _latest(session)
        if number := _NUMBER.fullmatch(str(said)):
            found = session.get(Campaign, int(number[1]))
            if found is not None:
                return found
        return _named(session, str(said).strip())


def _latest(session: Session) -> Campaign:
    newest = select(Campaign).order_by(col(Campaign.id).desc()).limit(1)
    went_out = exists().where(col(Draft.campaign_id) == Campaign.id, col(Draft.state) == "exported")
    found = session.exec(newest.where(went_out)).first() or session.exec(newest).first()
    if found is None:
        raise ToolError("There is no campaign yet; plan one with plan_campaign or `winback campaign plan`.")
    return found


def _named(session: Session, said: str) -> Campaign:
    named = {name: number for number, name in session.exec(select(Campaign.id, Campaign.name))}
    folded = {name.casefold(): name for name in reversed(named)}
    near = process.extract(said[:200].casefold(), list(folded), scorer=fuzz.WRatio, limit=_NEAREST)
    exact = folded.get(said.casefold())
    best = [exact] if exact else [folded[name] for name, score, _ in near if score >= _CLOSE and score == near[0][1]]
    if len(best) == 1:
        return session.exec(select(Campaign).where(Campaign.name == best[0])).one()
    nearest = ", ".join(f"{named[folded[name]]} {folded[name]!r}" for name, *_ in near) or "none yet"
    raise ToolError(f"There is no campaign {said[:60]!r}; the nearest are {nearest}.")
