"""Name, e-mail and phone: shown only on demand, to those who may, and every time written to the audit first."""

from pathlib import Path

from markupsafe import Markup

from tools.context import Role
from tools.offers.rights import audited
from ui.app.frame import Desk, Templates, Visit

_render = Templates(Path(__file__).parent)
ROLES: tuple[Role, ...] = ("care", "admin")


def closed(desk: Desk, visit: Visit, customer: str) -> Markup:
    """The button, for who may press it."""
    if visit.actor.role not in ROLES:
        return Markup("")
    return _render("contact", t=desk.words, customer=customer, opened=False, facts=[])


def opened(desk: Desk, visit: Visit, customer: str) -> Markup:
    shop, t = desk.shop(), desk.words
    with shop.ledger.session() as session:
        audited(shop, session, visit.actor, visit.now, "reveal_contact", {"customer_id": customer}, rows=1)
    found = shop.ledger.contact_of(customer)
    facts: list[tuple[str, str]] = []
    if found is not None:
        name = " ".join(one for one in (found.first_name, found.last_name) if one)
        pairs = ((t("contact.name"), name), (t("contact.email"), found.email), (t("contact.phone"), found.phone))
        facts = [(label, value) for label, value in pairs if value]
    return _render("contact", t=t, customer=customer, opened=True, facts=facts)
