"""Customers: a list to filter and sort, and one customer with everything known of them."""

from pathlib import Path

from markupsafe import Markup

from store.errors import WinbackError
from tools.behaviour.lookup import find_customer
from ui.app.customers import asides, contact, drafting, listed, person
from ui.app.frame import Desk, Templates, Visit, panel

_render = Templates(Path(__file__).parent)


def build(desk: Desk) -> None:
    main, desk_box, aside, who, past = panel(), panel(), panel(), panel(), panel()

    def shown(visit: Visit) -> tuple[Markup, ...]:
        customer = customer_of(desk, visit)
        if "id" not in visit.query:
            return listed.page(desk, visit), *[Markup("")] * 3
        if customer is None:
            return _unknown(desk, visit), *[Markup("")] * 3
        return (
            person.page(desk, customer),
            drafting.page(desk, visit, customer),
            contact.closed(desk, visit, customer),
            person.past(desk, visit, customer),
        )

    def searched(visit: Visit) -> Markup:
        return listed.page(desk, visit)

    def later(visit: Visit) -> Markup:
        customer = customer_of(desk, visit)
        return asides.page(desk, visit, customer) if customer else Markup("")

    def revealed(visit: Visit) -> Markup:
        customer = customer_of(desk, visit)
        return contact.opened(desk, visit, customer) if customer else Markup("")

    def acted(visit: Visit):
        customer = customer_of(desk, visit)
        if customer is not None:
            yield from drafting.acted(desk, visit, customer)

    desk.on_load(shown, [main, desk_box, who, past])
    desk.on_load(later, aside)
    desk.bind(main.submit, searched, None, main)
    desk.bind(who.click, revealed, None, who, roles=contact.ROLES)
    desk.bind(desk_box.click, acted, None, desk_box)
    desk.bind(desk_box.submit, acted, None, desk_box)


def customer_of(desk: Desk, visit: Visit) -> str | None:
    """The customer of the URL as the shop writes the id, or None."""
    written = visit.query.get("id", "").strip()[:64]
    if not written:
        return None
    shop = desk.shop()
    try:
        with shop.warehouse.pinned():
            return find_customer(shop.warehouse, written)
    except WinbackError:
        return None


def _unknown(desk: Desk, visit: Visit) -> Markup:
    said = desk.words("one.unknown", id=visit.query["id"][:64])
    return _render("unknown", t=desk.words, desk=desk, said=said)
