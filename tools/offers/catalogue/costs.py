"""What offers and contacts cost the shop, in its currency."""

from decimal import ROUND_HALF_UP, Decimal

from tools.offers.catalogue.model import NOTHING, Catalogue, Offer

_CENT = Decimal("0.01")


def cents(amount: Decimal) -> int:
    """Whole cents, halves up."""
    return int(amount.quantize(_CENT, ROUND_HALF_UP) * 100)


def rates(offer: Offer) -> tuple[Decimal, Decimal]:
    """What a redeemed offer costs: the percentage of the order, and the amount. A coupon's cost is its discount unless
    set."""
    if offer.kind == "coupon" and not offer.cost_percent and not offer.cost_amount:
        return offer.percent or Decimal(0), offer.amount or Decimal(0)
    return offer.cost_percent, offer.cost_amount


def redemption_cost(offer: Offer, order_total: Decimal) -> Decimal:
    """What the shop pays for one redemption with an order of `order_total`, in whole cents."""
    percent, amount = rates(offer)
    cost = max(order_total, Decimal(0)) * percent / 100 + amount
    most = cost if offer.cost_most is None else min(cost, offer.cost_most)
    return most.quantize(_CENT, ROUND_HALF_UP)


def contact_cost(catalogue: Catalogue, channel: str) -> Decimal:
    """What one contact on the channel costs; 0 where the catalogue does not say."""
    return {str(name): cost for name, cost in catalogue.contact.cost.items()}.get(channel, Decimal(0))


def max_cost(catalogue: Catalogue, offer: str | Offer, channel: str) -> Decimal:
    """The most that an offer on a channel can cost: the contact and a redemption. "nothing" costs 0.

    Raises KeyError for an unknown offer.
    """
    if offer == NOTHING:
        return Decimal(0)
    chosen = catalogue.offer(offer) if isinstance(offer, str) else offer
    percent, amount = rates(chosen)
    if chosen.cost_most is None and percent:
        raise ValueError(f"{chosen.id} has no bound on its cost")
    most = amount if chosen.cost_most is None else chosen.cost_most
    return contact_cost(catalogue, channel) + most
