"""The tool `choose_offer`: the policy's pick for one customer, with the reasons and what was ruled out."""

from typing import Any

from tools.behaviour.lookup import find_customer
from tools.behaviour.wording import plain
from tools.context import ToolContext
from tools.contract import ChooseOffer
from tools.offers.catalogue.model import NOTHING
from tools.offers.choose.known import known_of
from tools.offers.choose.text import Telling
from tools.offers.funnel import Decided, decide
from tools.result import Artifact, ToolResult

COLUMNS = ["offer", "possible", "expected_gain", "chance", "ruled_out_at", "reason"]
_DEFINITION = (
    "Expected gain: contribution margin within {days} days that the policy expects beyond that of no offer, less the "
    "offer's cost and the contact's. Chance: with which the policy picks it."
)


def choose_offer(context: ToolContext, args: ChooseOffer) -> ToolResult:
    """The pick in words, and all offers as a table; nothing is kept.

    Raises ToolError with the nearest ids for an unknown customer, WinbackError where no catalogue is approved.
    """
    shop = context.shop
    with shop.warehouse.pinned():
        customer = find_customer(shop.warehouse, args.customer_id)
        decided = decide(shop, customer, context.actor, context.now, nothing=False, dry_run=True)
        known = known_of(shop, customer, context.language)
    lines = Telling(context.language, decided.catalogue, context.now).lines(decided, known)
    return ToolResult(text="\n".join(lines), artifact=_table(decided))


def _table(decided: Decided) -> Artifact:
    """Possible offers first, best first."""
    possible = sorted(decided.options.items(), key=lambda pair: -pair[1]["gain"])
    rows: list[list[Any]] = [
        [offer, True, plain(one["gain"], "money"), plain(one["propensity"], "share"), None, None]
        for offer, one in possible
        if offer != NOTHING
    ]
    rows += [[offer, False, None, None, step, reason] for offer, (step, reason) in decided.out.items()]
    return Artifact(
        title=f"Offers for customer {decided.customer_id}",
        columns=COLUMNS,
        rows=rows,
        definition=_DEFINITION.format(days=decided.catalogue.window_days),
    )
