"""What came of sending."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class DeliveryReport:
    """`sent` counts contacts made now. `withdrawn` counts drafts that may not be sent any more, `deferred` those that
    may be later (a cap, quiet hours), `failed` those that a server refused; each by reason. `target` is the file or
    URL."""

    target: str
    sent: int = 0
    withdrawn: Counter[str] = field(default_factory=Counter[str])
    deferred: Counter[str] = field(default_factory=Counter[str])
    failed: Counter[str] = field(default_factory=Counter[str])
