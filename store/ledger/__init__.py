"""The ledger: what must be remembered and not be lost. Names, e-mail addresses and phones exist only here."""

from store.ledger.ledger import Ledger
from store.ledger.models import Consent, Contact, ContactBase, SignIn, SignInFailures, ToolCallAudit, User
from store.ledger.offer_models import (
    Budget,
    Campaign,
    CatalogueVersion,
    Decision,
    Delivery,
    Draft,
    Message,
    Outcome,
    PolicyMode,
    PolicyVersion,
    Reservation,
)

__all__ = [
    "Budget",
    "Campaign",
    "CatalogueVersion",
    "Consent",
    "Contact",
    "ContactBase",
    "Decision",
    "Delivery",
    "Draft",
    "Ledger",
    "Message",
    "Outcome",
    "PolicyMode",
    "PolicyVersion",
    "Reservation",
    "SignIn",
    "SignInFailures",
    "ToolCallAudit",
    "User",
]
