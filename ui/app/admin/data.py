"""What data there is, how old it is, and refreshing it."""

from pathlib import Path

from sqlalchemy import make_url

from store.shop import Shop
from store.warehouse.pointer import parse_insights, pointer_text
from ui.app.frame import Desk, Templates, Visit
from ui.app.jobs import RefreshJob
from ui.app.shown import table

_render = Templates(Path(__file__).parent)


class Data:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._words = desk.words

    def shown(self, visit: Visit) -> str:
        shop = self._desk.site.loaded()
        if shop is None:
            return _render("data", t=self._words, problem=self._words("data.no_shop"))
        return _render("data", t=self._words, problem="", facts=self._facts(shop), tables=self._tables(shop))

    def act(self, visit: Visit) -> str:
        return self.shown(visit)

    def refresh(self, visit: Visit) -> tuple[str, bool]:
        """The panel of the refresh, and whether one runs."""
        job = self._desk.site.service(RefreshJob)
        match visit.data.get("act"):
            case "start":
                self._desk.shop()
                job.start(visit.actor, visit.now)
            case "cancel":
                job.cancel(visit.actor)
        state = job.now()
        return _render("refresh", t=self._words, state=state), bool(state and state.running)

    def _facts(self, shop: Shop) -> list[tuple[str, str]]:
        info, words = shop.warehouse.info, self._words
        return [
            (words("data.shop"), info.name),
            (words("data.as_of"), f"{shop.as_of:%Y-%m-%d %H:%M} ({info.timezone})"),
            (words("data.loaded"), f"{info.loaded_at:%Y-%m-%d %H:%M}"),
            (words("data.insights"), self._insights(shop)),
            (words("data.ledger"), _ledger(shop)),
            (words("data.home"), str(shop.home.resolve())),
        ]

    def _insights(self, shop: Shop) -> str:
        text = pointer_text(shop.home, "insights")
        if text is None:
            return self._words("data.none")
        insights = parse_insights(text)
        fresh = insights.facts_version == shop.warehouse.info.version
        return f"{insights.built_at:%Y-%m-%d %H:%M}, {self._words('data.current' if fresh else 'data.stale')}"

    def _tables(self, shop: Shop) -> str:
        text = pointer_text(shop.home, "insights")
        rows = {**shop.warehouse.info.rows, **(parse_insights(text).rows if text else {})}
        names = {"table": self._words("data.table"), "rows": self._words("data.rows")}
        return table(["table", "rows"], list(rows.items()), language=self._desk.language, names=names, name="tables")


def _ledger(shop: Shop) -> str:
    if shop.settings.ledger:
        return make_url(shop.settings.ledger).render_as_string(hide_password=True)
    size = (shop.home / "ledger.db").stat().st_size
    return f"SQLite, {size / 1e6:,.1f} MB"
