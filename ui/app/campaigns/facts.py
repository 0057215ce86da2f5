"""What is dear to ask of a campaign, kept as long as nothing has changed that it rests on."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlmodel import func, select

from store.ledger import Outcome
from store.shop import Shop
from tools.offers.campaigns import LeftOut, Listed, Size, left_out, size
from tools.offers.results import Results, results
from ui.app.frame.site import Site

_MOST = 128


class Facts:
    """Shared by all visitors; holds nothing of any person."""

    def __init__(self, site: Site) -> None:
        self._kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._lock = threading.Lock()

    def left_out(self, shop: Shop, campaign_id: int) -> LeftOut:
        return self._of(("left_out", campaign_id), lambda: left_out(shop.ledger, campaign_id))

    def size(self, shop: Shop, one: Listed) -> Size:
        return self._of(("size", one.id, shop.warehouse.info.version), lambda: size(shop, one.campaign))

    def results(self, shop: Shop, one: Listed, now: datetime) -> Results:
        """As of this hour."""
        with shop.ledger.session() as session:
            told = session.exec(select(func.count(), func.max(Outcome.id)).select_from(Outcome)).one()
        key = ("results", one.id, shop.warehouse.info.version, tuple(told), tuple(sorted(one.drafts.items())))
        return self._of((*key, one.campaign.state, f"{now:%Y%m%d%H}"), lambda: results(shop, one.id, now))

    def _of(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return made
