"""From the decision log and what came back to Experience: nothing else is learned from."""

from datetime import datetime

import numpy as np
from sqlmodel import col, select

from store.ledger import Decision
from store.shop import Shop
from tools.offers.catalogue import Catalogue, catalogue_of, contact_cost
from tools.offers.catalogue.model import NOTHING
from tools.offers.policy.actions import Action, Floats, actions_of
from tools.offers.policy.contexts import contexts_of
from tools.offers.policy.experience import Experience
from tools.offers.rewards import Rewards, rewards

_YOUNGEST = 1.0  # days: before that nothing can have come of a decision
_BATCH = 5000


def read_experience(shop: Shop, now: datetime) -> tuple[Experience, Rewards] | None:
    """All decisions of which something can be known, oldest first, and their rewards; None where there is none.

    Offers that never went out are left out: what would have come of them was not seen.
    """
    found = rewards(shop, now)
    found = found.take(found.sent & (found.observed_days >= _YOUNGEST))
    if not len(found.decision_id):
        return None
    rows = _decisions(shop, found.decision_id.tolist())
    versions = {row.catalogue_version for row in rows}
    known = {version: catalogue_of(shop.ledger, version) for version in versions}
    return _experience(found, rows, known), found


def _decisions(shop: Shop, ids: list[int]) -> list[Decision]:
    found: list[Decision] = []
    with shop.ledger.session() as session:
        for start in range(0, len(ids), _BATCH):
            wanted = select(Decision).where(col(Decision.id).in_(ids[start : start + _BATCH]))
            found += session.exec(wanted.order_by(col(Decision.id)))
    return found


def _experience(found: Rewards, rows: list[Decision], catalogues: dict[int, Catalogue]) -> Experience:
    numbered = _Numbered(catalogues)
    logging = [numbered.chances(row, offer) for row, offer in zip(rows, found.offer, strict=True)]
    taken = [numbered.place(row.catalogue_version, str(offer)) for row, offer in zip(rows, found.offer, strict=True)]
    contact = [
        0.0 if channel is None or offer == NOTHING else float(contact_cost(catalogues[row.catalogue_version], channel))
        for row, offer, channel in zip(rows, found.offer, found.channel, strict=True)
    ]
    names = sorted({name for row in rows for name in row.context})
    features = np.array([[row.context.get(name, np.nan) for name in names] for row in rows])
    seconds = (found.at.max() - found.at) / np.timedelta64(1, "s")
    window = found.window_days.astype(np.float64)
    return Experience(
        contexts=contexts_of(names, features.reshape(len(rows), len(names)), window),
        actions=numbered.actions,
        taken=np.array(taken, dtype=np.int64),
        orders=found.orders.astype(np.float64),
        margin=found.margin,
        due=np.maximum(found.cost - np.array(contact), 0.0),
        contact=np.array(contact),
        share=np.minimum(found.observed_days / window, 1.0),
        age=seconds / 86400,
        logging=_dense(logging, len(numbered.actions)),
        customers=found.customer_id,
    )


class _Numbered:
    """Every different action of the log has a number; the terms are those of the decision's own catalogue."""

    def __init__(self, catalogues: dict[int, Catalogue]) -> None:
        self.actions: list[Action] = [Action(NOTHING, {})]
        self._catalogues = catalogues
        self._places: dict[tuple[int, str], int] = {}

    def place(self, version: int, offer: str) -> int:
        if (version, offer) not in self._places:
            action = actions_of(self._catalogues[version], [offer])[0]
            if action not in self.actions:
                self.actions.append(action)
            self._places[version, offer] = self.actions.index(action)
        return self._places[version, offer]

    def chances(self, row: Decision, offer: str) -> dict[int, float]:
        """By action's number; all on what was done where no options are recorded."""
        options: dict[str, dict[str, float]] = row.options or {offer: {"propensity": 1.0}}
        version = row.catalogue_version
        return {self.place(version, name): float(option["propensity"]) for name, option in options.items()}


def _dense(rows: list[dict[int, float]], width: int) -> Floats:
    found = np.zeros((len(rows), width))
    for number, row in enumerate(rows):
        found[number, list(row)] = list(row.values())
    return found
