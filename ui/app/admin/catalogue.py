"""The catalogue of offers: what is in force, what is proposed; two people change it."""

from pathlib import Path
from typing import Any

from sqlmodel import col, select

from store.errors import WinbackError
from store.ledger import CatalogueVersion
from tools.behaviour.wording import money
from tools.offers.catalogue import active_catalogue, decide_catalogue, propose_catalogue
from tools.offers.catalogue.model import Catalogue, Offer
from ui.app.frame import Desk, Templates, Visit
from ui.app.shown import table

_render = Templates(Path(__file__).parent)
_LONGEST = 200_000


class Catalogues:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._words = desk.words
        self._ledger = desk.site.doorkeeper.ledger

    def shown(self, visit: Visit, problem: str = "", done: str = "") -> str:
        with self._ledger.session() as session:
            newest = select(CatalogueVersion).order_by(col(CatalogueVersion.version).desc())
            versions = list(session.exec(newest))
        try:
            version, catalogue = active_catalogue(self._ledger)
        except WinbackError as none:
            version, catalogue, problem = 0, None, problem or str(none)
        return _render(
            "catalogue",
            t=self._words,
            problem=problem,
            done=done,
            version=version,
            budget=self._budget(catalogue) if catalogue else "",
            offers=self._offers(catalogue) if catalogue else "",
            versions=self._versions(versions),
            proposed=[one for one in versions if one.state == "proposed"],
            current=next((one.text for one in versions if one.version == version), ""),
        )

    def act(self, visit: Visit) -> str:
        try:
            return self.shown(visit, done=self._do(visit))
        except WinbackError as problem:
            return self.shown(visit, problem=str(problem))

    def _do(self, visit: Visit) -> str:
        act, number = visit.data.get("act"), visit.number("id")
        if act == "propose":
            text = str(visit.data.get("text", ""))[:_LONGEST]
            version = propose_catalogue(self._ledger, text, visit.actor.id, visit.now)
            return self._words("catalogue.proposed", version=version)
        if act not in ("approve", "reject") or number is None:
            raise WinbackError(self._words("gate.unexpected"))
        decide_catalogue(self._ledger, number, visit.actor.id, visit.now, act == "approve")
        return self._words("users.done")

    def _budget(self, catalogue: Catalogue) -> str:
        budget = money(catalogue.monthly_budget, catalogue.currency)
        return self._words("catalogue.budget", budget=budget, share=f"{catalogue.holdout.share:.0%}")

    def _offers(self, catalogue: Catalogue) -> str:
        columns = ("offer", "name", "cost", "days", "channels")
        rows = [self._offer(one, catalogue.currency) for one in catalogue.offers]
        return self._table(columns, rows)

    def _offer(self, offer: Offer, currency: str) -> list[Any]:
        costs = next((cost for cost in (offer.cost_most, offer.cost_amount, offer.amount) if cost), 0)
        name = offer.name.get(self._desk.language) or offer.name.get("en") or next(iter(offer.name.values()))
        channels = ", ".join(self._words.or_plain("channel", one) for one in offer.channels)
        return [offer.id, name, money(costs, currency), offer.valid_days, channels]

    def _versions(self, versions: list[CatalogueVersion]) -> str:
        columns = ("version", "state", "by", "decided")
        rows = [
            [one.version, self._words.or_plain("state", one.state), one.proposed_by, one.decided_by or ""]
            for one in versions
        ]
        return self._table(columns, rows)

    def _table(self, columns: tuple[str, ...], rows: list[list[Any]]) -> str:
        names = {name: self._words(f"catalogue.{name}") for name in columns}
        return table(columns, rows, language=self._desk.language, names=names, name="catalogue")
