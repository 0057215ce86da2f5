"""Each user's way from signing in to being done."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from store.ledger import Campaign, Ledger, ToolCallAudit
from tests.ui.app.demo_shop import SENT, WAITING
from tests.ui.app.e2e.browsing import Visitors, sign_in
from tests.ui.app.e2e.talking import Talker
from tests.ui.app.running import password_of

both = pytest.mark.parametrize("language", ["en", "zh"])
WHO = "c000042"


def rows_of(home: Path, wanted: Any) -> list[Any]:
    ledger = Ledger.open(home)
    try:
        with ledger.session() as session:
            return list(session.exec(wanted).all())
    finally:
        ledger.close()


def show_contact(page: Any, language: str) -> None:
    page.goto(f"/{language}/customers?id={WHO}")
    page.click("[data-act=contact]")
    page.wait_for_selector("section:has(dl):has-text('@')")


@both
def test_care_asks_and_looks_a_customer_up(visitors: Visitors, home: Path, talker: Talker, language: str) -> None:
    talker.words = f"Here is {WHO}."
    page = visitors.window("cara", language)
    page.fill("#wb-question", f"{WHO}?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".wb-answer[data-last][data-state=done]")
    assert page.locator("details:has-text('customer')").count()
    page.click(f".wb-said a[href*='customers?id={WHO}']")
    page.wait_for_url(f"**/{language}/customers?id={WHO}")
    before = len(_reveals(home))
    show_contact(page, language)
    reveals = _reveals(home)
    assert (len(reveals), reveals[-1].actor) == (before + 1, "cara")


@both
def test_marketer_plans_a_campaign(visitors: Visitors, home: Path, language: str) -> None:
    page = visitors.window("mark", language)
    name = f"Planned in {language}"
    page.goto(f"/{language}/campaigns?plan=1")
    page.check("input[name=segment_everyone]")
    page.fill("input[name=name]", name)
    page.fill("input[name=budget]", "40")
    page.click("form[data-act=plan] button")
    page.click("a.wb-primary[href*='campaigns?id=']")
    page.wait_for_selector(f"h1:has-text('{name}')")
    assert not page.locator("[data-act=approve]").count()
    [campaign] = rows_of(home, select(Campaign).where(Campaign.name == name))
    assert campaign.state == "pending"


def test_approver_approves_and_exports(visitors: Visitors, home: Path) -> None:
    page = visitors.window("ava")
    page.goto("/en/approvals")
    page.click(f"section:has(h3:text-is('{WAITING}')) a.wb-primary")
    page.click("[data-act=approve]:not([data-message])")
    page.wait_for_selector(".wb-notice.wb-good")
    with page.expect_download() as found:
        page.click("form[data-saves] button")
    lines = Path(found.value.path()).read_text(encoding="utf-8").splitlines()
    assert found.value.suggested_filename.endswith(".csv")
    assert "customer_id" in lines[0]
    assert len(lines) > 1
    page.wait_for_selector("form[action*='/files/']")
    [campaign] = rows_of(home, select(Campaign).where(Campaign.name == WAITING))
    assert campaign.state == "approved"
    page.goto("/en/campaigns")
    page.click(f"a:text-is('{SENT}')")
    assert page.inner_text("section:has(h2:text-is('Results')) p >> nth=0").strip()


def test_admin_adds_a_user_and_reads_the_audit(visitors: Visitors) -> None:
    show_contact(visitors.window("cara"), "en")
    page = visitors.window("adam")
    page.goto("/en/admin?part=users")
    form = page.locator("form[data-act=add]")
    form.locator("[name=name]").fill("nina")
    form.locator("[name=role]").select_option("care")
    form.locator("[name=password]").fill(password_of("nina"))
    form.locator("button").click()
    page.wait_for_selector(".wb-notice.wb-good")
    page.goto("/en/admin?part=audit&tool=reveal_contact")
    page.wait_for_selector(f"tr:has-text('cara'):has-text('{WHO}')")
    sign_in(visitors.window(), "nina")


def _reveals(home: Path) -> list[ToolCallAudit]:
    wanted = select(ToolCallAudit).where(ToolCallAudit.tool == "reveal_contact")
    return rows_of(home, wanted.order_by(col(ToolCallAudit.id)))
