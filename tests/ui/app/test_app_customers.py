"""The customers page: lists, search, one customer, contacts only on demand and audited, drafts by who may decide."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from sqlmodel import col, select

from store.ledger import Contact, Draft, ToolCallAudit
from store.settings import Settings
from store.shop import Shop
from tests.small_shop import small_shop
from tools.context import Actor, Role
from tools.overview.history import happenings
from tools.overview.people import listing, segment_sizes
from ui.app import customers
from ui.app.customers import asides, contact, drafting, listed, page, person
from ui.app.frame import ROLES, Desk, Page, Visit
from ui.app.frame.site import Site


def desk_of(home: Path, language: Any = "en") -> Desk:
    pages = [Page("customers", "customers", ROLES, customers.build)]
    site = Site(Settings(home=home, model_url="http://127.0.0.1:9"), None, pages)  # pyright: ignore[reportArgumentType]
    return Desk(site, pages[0], language, gr.Blocks())


def visit(query: dict[str, str] | None = None, role: Role = "admin", **data: object) -> Visit:
    return Visit(Actor("ann", role), "en", datetime.now(), query or {}, data)


@pytest.fixture
def desk(app_home: Path) -> Iterator[Desk]:
    made = desk_of(app_home)
    yield made
    made.site.close()


def somebody(shop: Shop) -> Contact:
    with shop.ledger.session() as session:
        known = select(Contact).where(col(Contact.email).is_not(None), col(Contact.last_name).is_not(None))
        found = session.exec(known.order_by(Contact.customer_id)).first()
    assert found is not None
    return found


def audited(shop: Shop, tool: str) -> list[ToolCallAudit]:
    with shop.ledger.session() as session:
        return list(session.exec(select(ToolCallAudit).where(ToolCallAudit.tool == tool)))


def everything(desk: Desk, customer: str, role: Role = "admin") -> str:
    seen = visit({"id": customer}, role)
    parts = [person.page(desk, customer), drafting.page(desk, seen, customer), contact.closed(desk, seen, customer)]
    return "".join(map(str, [*parts, person.past(desk, seen, customer), asides.page(desk, seen, customer)]))


def test_the_list_shows_sizes_and_the_riskiest_first(desk: Desk) -> None:
    shop = desk.shop()
    shown = str(listed.page(desk, visit({"segment": "lapsed", "sort": "risk"})))
    first = listing(shop, segment="lapsed", country=None, sort="risk", limit=2).rows
    assert shown.index(first[0]["customer_id"]) < shown.index(first[1]["customer_id"])
    assert f"of {segment_sizes(shop)['lapsed']} customers" in shown
    assert "from=50" in str(listed.page(desk, visit({"country": "<script>"})))


def test_search_by_id_order_and_contact(desk: Desk) -> None:
    shop, who = desk.shop(), somebody(desk.shop())
    assert who.customer_id in str(listed.page(desk, visit({"q": who.customer_id.upper()})))
    with_orders = listing(shop, segment=None, country=None, sort="recent", limit=1).rows[0]["customer_id"]
    past = happenings(shop, with_orders, 500)[0]
    order = next(one.facts["order_id"] for one in past if one.kind == "order")
    assert f"id={with_orders}" in str(listed.page(desk, visit({"q": order})))
    found = str(listed.page(desk, visit({"q": who.email or ""}, "care")))
    assert f"id={who.customer_id}" in found
    assert (who.last_name or "") not in found
    assert len(audited(shop, "search_contact")) == 1
    assert f"id={who.customer_id}" not in str(listed.page(desk, visit({"q": who.email or ""}, "marketer")))
    assert len(audited(shop, "search_contact")) == 1


@pytest.mark.parametrize("role", ROLES)
def test_a_customer_is_told_without_name_or_contact(desk: Desk, role: Role) -> None:
    who = somebody(desk.shop())
    shown = everything(desk, who.customer_id, role)
    assert f"<h1>Customer {who.customer_id}</h1>" in shown
    assert (who.email or "") not in shown
    assert ("Show contact" in shown) == (role in ("care", "admin"))


def test_a_contact_is_in_the_audit_before_it_is_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, who = desk.shop(), somebody(desk.shop())
    shown = str(contact.opened(desk, visit({"id": who.customer_id}, "care"), who.customer_id))
    assert (who.email or "") in shown
    (entry,) = audited(shop, "reveal_contact")
    assert entry.arguments == {"customer_id": who.customer_id}

    def broken(*_args: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(shop.ledger, "record_tool_call", broken)
    with pytest.raises(OSError, match="no room"):
        contact.opened(desk, visit({"id": who.customer_id}, "care"), who.customer_id)


def test_drafts_are_decided_on_by_who_may_and_only_once(desk: Desk) -> None:
    shop = desk.shop()
    with shop.ledger.session() as session:
        draft = session.exec(select(Draft).where(Draft.state == "pending")).first()
    assert draft is not None
    customer, number = draft.customer_id, str(draft.id)
    assert 'data-act="approve"' not in str(drafting.page(desk, visit(role="marketer"), customer))
    assert 'data-act="approve"' in str(drafting.page(desk, visit(), customer))
    refused = str(list(drafting.acted(desk, visit(role="care", act="approve", id=number), customer))[-1])
    assert "cannot approve" in refused
    done = str(list(drafting.acted(desk, visit(act="approve", id=number), customer))[-1])
    assert f"Draft d{number} is approved." in done
    again = str(list(drafting.acted(desk, visit(act="reject", id=number, reason="late"), customer))[-1])
    assert "wb-bad" in again


def test_drafting_works_without_a_model_or_says_why_not(desk: Desk) -> None:
    who = somebody(desk.shop())
    busy, last = list(drafting.acted(desk, visit(act="draft", tone="warm", channel="<b>"), who.customer_id))
    assert "Drafting…" in str(busy)
    assert "own template" in str(last) or "wb-bad" in str(last)
    (entry,) = audited(desk.shop(), "draft_offer")
    assert entry.arguments == {"customer_id": who.customer_id, "tone": "warm"}


def test_unknown_customers_and_a_shop_with_little(tmp_path: Path) -> None:
    desk = desk_of(small_shop(tmp_path / "shop"))
    assert page.customer_of(desk, visit({"id": "<b>99"})) is None
    assert "&lt;b&gt;99" in str(page._unknown(desk, visit({"id": "<b>99"})))
    assert "refresh" in str(listed.page(desk, visit()))
    shown = everything(desk, "17850")
    assert "[red]Lamp[/red]" in shown
    assert "Ann" not in shown
    desk.site.close()


def test_chinese(read_home: Path) -> None:
    desk = desk_of(read_home, "zh")
    who = somebody(desk.shop())
    assert f"<h1>客户 {who.customer_id}</h1>" in everything(desk, who.customer_id)
    assert "所有客户" in str(listed.page(desk, visit()))
    desk.site.close()
