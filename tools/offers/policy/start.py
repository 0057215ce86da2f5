"""The policy of a shop in which nothing has been learned."""

from store.shop import Shop
from tools.behaviour.sources import SOURCES
from tools.behaviour.untyped import _
from tools.offers.people.columns import USUAL_MARGIN
from tools.offers.policy import notes
from tools.offers.policy.model import Policy

START = 15.0  # gamma of inverse-gap weighting, per usual margin of an order


def start_policy(shop: Shop, window_days: int = 30) -> Policy:
    """Gains from expected orders and margin alone; the currency's scale from the shop's usual order."""
    return Policy(gamma=START / usual_margin(shop), window_days=window_days, note=notes.START)


def usual_margin(shop: Shop) -> float:
    """What an order usually leaves, roughly, in the shop's currency: it sets the scale of exploration."""
    orders = SOURCES["buyers"].build(shop.warehouse, False)
    value = orders.aggregate(mean=_.amount.mean().cast("float64")).to_pyarrow()["mean"][0].as_py()
    return USUAL_MARGIN * value if value and value > 0 else 1.0
