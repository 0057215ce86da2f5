"""What takes longer: recommendations, the offer that suits now, and customers of the same taste."""

from collections.abc import Callable
from pathlib import Path

from markupsafe import Markup

from store.errors import WinbackError
from tools.call import call_tool
from tools.recommend.kept import QUICK_LINES, vectors_of
from tools.recommend.similar import similar_customers
from ui.app.frame import Desk, Templates, Visit
from ui.app.shown import artifact_table, table, text

_render = Templates(Path(__file__).parent)
_ALIKE = 5


def page(desk: Desk, visit: Visit, customer: str) -> Markup:
    return _render(
        "asides",
        t=desk.words,
        recommended=_recommended(desk, visit, customer),
        offer=_offer(desk, visit, customer),
        similar=_told(lambda: _similar(desk, customer)),
    )


def _recommended(desk: Desk, visit: Visit, customer: str) -> Markup:
    done = call_tool("recommend_products", {"customer_id": customer}, desk.context(visit))
    if done.error or done.artifact is None or not done.artifact.rows:
        return text(done.text, desk.language)
    kept = [place for place, name in enumerate(done.artifact.columns) if name not in ("product_id", "score")]
    columns = [done.artifact.columns[place] for place in kept]
    rows = [[row[place] for place in kept] for row in done.artifact.rows]
    names = {"reason": desk.words("list.reason"), "price": desk.words("aside.price")}
    currency = desk.shop().currency
    return table(columns, rows, language=desk.language, name="recommended", names=names, currency=currency)


def _offer(desk: Desk, visit: Visit, customer: str) -> dict[str, Markup]:
    done = call_tool("choose_offer", {"customer_id": customer}, desk.context(visit))
    shown = artifact_table(done.artifact, desk.language) if done.artifact else Markup("")
    return {"said": text(done.text, desk.language), "table": shown}


def _similar(desk: Desk, customer: str) -> Markup:
    shop = desk.shop()
    if shop.warehouse.info.rows.get("order_items", 0) > QUICK_LINES:
        return text(desk.words("aside.too_many"), desk.language)
    with shop.warehouse.pinned():
        found = similar_customers(shop, customer, _ALIKE, vectors_of(shop))
    if not found:
        return text(desk.words("aside.nobody"), desk.language)
    rows = [[one.customer_id, f"{one.likeness:.0%}", one.products] for one in found]
    names = {name: desk.words(f"aside.{name}") for name in ("likeness", "products")}
    return table(["customer_id", "likeness", "products"], rows, language=desk.language, name="similar", names=names)


def _told(make: Callable[[], Markup]) -> Markup:
    """What it makes, or the sentence that says why there is nothing."""
    try:
        return make()
    except WinbackError as problem:
        return Markup("<p>{}</p>").format(str(problem))
