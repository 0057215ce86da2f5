"""The ledger: what must be remembered and not be lost. Names, e-mail addresses and phones exist only here."""

from store.ledger.ledger import Ledger
from store.ledger.models import Consent, Contact, ContactBase, ToolCallAudit, User

__all__ = ["Consent", "Contact", "ContactBase", "Ledger", "ToolCallAudit", "User"]
