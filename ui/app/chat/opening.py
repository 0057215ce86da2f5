"""The first screen: what the shop's data is, and six questions that it can answer."""

from dataclasses import dataclass

from sqlmodel import select

from store.errors import WinbackError
from store.ledger import Campaign
from store.shop import Shop
from tools.behaviour.profile_facts import fetch
from tools.behaviour.untyped import _
from tools.churn.risk.scores import made
from tools.context import Role
from ui.app.frame.site import Site
from ui.app.frame.words import Words

_SHOWN = 6


@dataclass(frozen=True)
class Known:
    """What the shop has: `scores` is the day of its scores or None, `customer` one at risk or None."""

    rows: dict[str, int]
    scores: str | None
    customer: str | None
    campaigns: bool


class Openings:
    """What is known of each version of the data, looked up once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._known: dict[tuple[str, str], Known] = {}

    def data(self, words: Words) -> str:
        shop, known = self._site.shop(), self._now()
        scores = words("data.scores", day=known.scores) if known.scores else words("data.no_scores")
        count = {name: f"{known.rows.get(name, 0):,}" for name in ("customers", "orders", "reviews")}
        name = shop.warehouse.info.name
        return words("data.line", name=name, day=f"{shop.as_of:%Y-%m-%d}", scores=scores, **count)

    def questions(self, role: Role, words: Words) -> list[str]:
        """Six, the role's own first."""
        known = self._now()
        has = {
            "lost": known.scores,
            "risk": known.customer,
            "draft": known.customer,
            "reviews": known.rows.get("reviews"),
            "results": known.campaigns,
            "pending": role in ("approver", "admin"),
        }
        care = ("risk", "reviews", "draft", "lost", "revenue", "country", "category", "repeat")
        others = ("lost", "draft", "reviews", "results", "pending", "revenue", "category", "risk", "country", "repeat")
        keys = [key for key in (care if role == "care" else others) if has.get(key, True)]
        return [words(f"first.{key}", customer=known.customer or "") for key in keys[:_SHOWN]]

    def _now(self) -> Known:
        shop = self._site.shop()
        key = (shop.warehouse.info.version, str(shop.warehouse.insights_file))
        if key not in self._known:
            self._known = {key: _look(shop)}
        return self._known[key]


def _look(shop: Shop) -> Known:
    scores, customer = None, None
    try:
        with shop.warehouse.pinned():
            scores = f"{made(shop.warehouse).as_of:%Y-%m-%d}"
            found = shop.warehouse.table("churn_scores").order_by(_.value_at_risk.desc(), _.customer_id)
            customer = fetch(found.select("customer_id").limit(1))[0]["customer_id"]
    except (WinbackError, IndexError):
        pass
    with shop.ledger.session() as session:
        campaigns = session.exec(select(Campaign.id).limit(1)).first() is not None
    return Known(dict(shop.warehouse.info.rows), scores, customer, campaigns)
