"""From approved drafts to one contact each: an outbox in the ledger, emptied into a file or to a webhook."""

from tools.offers.delivery.csv_file import export_csv
from tools.offers.delivery.report import DeliveryReport
from tools.offers.delivery.webhook import deliver

__all__ = ["DeliveryReport", "deliver", "export_csv"]
