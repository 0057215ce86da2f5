"""What is known of a customer that bears on a message: facts of our own tables, the tone, products to show."""

from dataclasses import dataclass
from datetime import timedelta

from store.errors import WinbackError
from store.shop import Shop
from tools.behaviour.profile_facts import reviews
from tools.context import ToolContext
from tools.contract import RecommendProducts
from tools.offers.catalogue.model import Offer
from tools.offers.drafts.checks import check
from tools.offers.drafts.model import Brief
from tools.offers.drafts.template import template
from tools.offers.people import CONTEXT, people

LATELY = timedelta(days=60)
WARM, APOLOGETIC = "warm", "apologetic"
_PRODUCTS, _TRIED, _LONGEST = 2, 6, 40


@dataclass(frozen=True)
class Situation:
    """`facts` are statements such as "last order: 120 days ago"; `sore`: complained lately or is unhappy."""

    facts: list[str]
    sore: bool

    @property
    def tone(self) -> str:
        return APOLOGETIC if self.sore else WARM


def situation_of(shop: Shop, customer: str) -> Situation:
    one = people(shop, [customer])
    recency = float(one.features[0][CONTEXT.index("recency_days")])
    complained = one.complained_at[0]
    facts = [f"segment: {', '.join(sorted(one.segments[0]))}"] if one.segments[0] else []
    if recency == recency:
        facts.append(f"last order: {recency:.0f} days ago")
    recently = complained is not None and shop.as_of - complained <= LATELY
    if complained is not None and recently:
        facts.append(f"complaint: {(shop.as_of - complained).days} days ago")
    return Situation(facts, recently or "unhappy" in one.segments[0])


def products_for(context: ToolContext, customer: str, brief: Brief) -> list[str]:
    """Names of products to mention, cleaned; none in an apology, none that reads like a promise or a figure."""
    if brief.tone == APOLOGETIC or brief.channel in {"sms", "push", "call"}:
        return []
    from tools.recommend.tool import recommend_products

    try:
        told = recommend_products(context, RecommendProducts(customer_id=customer, limit=_TRIED))
    except WinbackError:
        return []
    artifact = told.artifact
    names = [] if artifact is None else [_clean(row[artifact.columns.index("name")]) for row in artifact.rows]
    return [name for name in names if name and _harmless(name, brief)][:_PRODUCTS]


def _clean(name: object) -> str:
    """One line of letters, marks and spaces; nothing for a name that is too long to mention."""
    text = " ".join(str(name or "").split())
    return text if len(text) <= _LONGEST and text.isprintable() and not set(text) & set('{}<>[]"“”„«»《》|`') else ""


def _harmless(name: str, brief: Brief) -> bool:
    """Whether the offer's own template with the name in it has no more problems than without."""
    alone = template(brief, None)
    return len(check(alone.subject, f"{alone.body} {name}.", brief)) <= len(alone.problems)


def personal(shop: Shop, customer: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Reviews and names of a customer, for the check alone."""
    if customer is None:
        return (), ()
    texts = reviews(shop.warehouse, customer) if shop.warehouse.has("reviews") else []
    contact = shop.ledger.contact_of(customer)
    names = (contact.first_name, contact.last_name) if contact else ()
    return tuple(str(row["text"]) for row in texts if row["text"]), tuple(one for one in names if one)


def default_tone(offer: Offer, known: Situation) -> str:
    return APOLOGETIC if offer.kind == "care_call" else known.tone
