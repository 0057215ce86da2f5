"""What people, networks and data do that nobody planned for; the application goes on."""

import os
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlmodel import delete, select

from store.ledger import Contact, Draft, Ledger, SignIn, ToolCallAudit
from tests.ui.app.demo_shop import demo_shop
from tests.ui.app.e2e.browsing import Visitors
from tests.ui.app.e2e.talking import SAID, Talker

HOSTILE = '<img src="x" onerror="window.wbRan=1"><script>window.wbRan=1</script>'
WHO = "c000042"
DONE = ".wb-answer[data-last][data-state=done]"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo shop whose products, reviews and one name want to run scripts."""
    made = demo_shop(tmp_path_factory.mktemp("hostile") / "shop")
    [facts] = (made / "warehouse").glob("facts-*.duckdb")
    with duckdb.connect(os.fspath(facts)) as warehouse:
        warehouse.execute("update products set name = name || ?", [HOSTILE])
        warehouse.execute("update reviews set text = text || ?", [HOSTILE])
    with closing(Ledger.open(made)) as ledger, ledger.session() as session:
        contact = session.exec(select(Contact).where(Contact.customer_id == WHO)).one()
        contact.first_name = HOSTILE
        session.add(contact)
        session.commit()
    return made


def ask(page: Any, question: str) -> None:
    page.fill("#wb-question", question)
    page.keyboard.press("Enter")


def test_double_click_on_send_asks_once(visitors: Visitors, talker: Talker) -> None:
    page = visitors.window("cara")
    page.fill("#wb-question", f"{WHO}?")
    page.dblclick(".wb-send")
    page.wait_for_selector(DONE)
    page.wait_for_timeout(500)
    assert page.is_visible(DONE)
    assert page.is_visible("#wb-question")
    page.reload()
    page.wait_for_selector(DONE)
    assert page.locator(".wb-asked").count() == 1
    assert talker.questions == [f"{WHO}?"]


def test_same_question_again_at_once(visitors: Visitors) -> None:
    """Whether it counts as a second click depends on how fast this machine is; the page stays whole either way."""
    page = visitors.window("cara")
    ask(page, f"{WHO}?")
    page.wait_for_selector(DONE)
    ask(page, f"{WHO}?")
    page.wait_for_timeout(1000)
    page.wait_for_selector(DONE)
    assert page.is_visible("#wb-question")


def test_two_people_approve_the_same_draft(visitors: Visitors, home: Path) -> None:
    first, second = visitors.window("ava"), visitors.window("abel")
    for page in (first, second):
        page.goto("/en/approvals?campaign=all")
        page.wait_for_selector("article.wb-proposal")
    button = first.locator("[data-act=approve][data-kind=draft] >> nth=0")
    number = int(button.get_attribute("data-id"))
    button.click()
    first.wait_for_selector(".wb-notice.wb-good")
    second.click(f"[data-act=approve][data-kind=draft][data-id='{number}']")
    said = second.inner_text(".wb-notice.wb-bad")
    assert "approved already by ava" in said
    assert "\n" not in said
    with closing(Ledger.open(home)) as ledger, ledger.session() as session:
        draft = session.get_one(Draft, number)
        assert (draft.state, draft.decided_by) == ("approved", "ava")
        audit = select(ToolCallAudit).where(ToolCallAudit.tool == "campaign.approve")
        entries = [one for one in session.exec(audit) if one.arguments.get("draft_id") == number]
        assert [one.actor for one in entries if one.error is None] == ["ava"]
    _back(first, number)


def _back(page: Any, number: int) -> None:
    """The back button shows what is now, not what was."""
    page.goto("/en/overview")
    page.go_back()
    page.wait_for_selector("article.wb-proposal")
    assert not page.locator(f"[data-act=approve][data-kind=draft][data-id='{number}']").count()


def test_100_kb_question(visitors: Visitors) -> None:
    page = visitors.window("cara")
    ask(page, "what about reviews " * 5_300)
    page.wait_for_selector(".wb-answer[data-last]")
    assert "characters of the question were read" in page.inner_text(".wb-answer[data-last]")
    ask(page, f"{WHO}?")
    page.wait_for_function("() => document.querySelectorAll('.wb-asked').length === 2")
    page.wait_for_selector(DONE)


def test_scripts_in_the_data_and_in_the_answer_do_not_run(visitors: Visitors, talker: Talker) -> None:
    """`Visitors.close` fails if one did."""
    talker.words = f"{HOSTILE} [link](javascript:window.wbRan=1) {SAID}"
    page = visitors.window("adam")
    ask(page, f"{WHO}? {HOSTILE}")
    page.wait_for_selector(DONE)
    assert not page.locator("gradio-app img[src=x]").count()
    page.goto(f"/en/customers?id={WHO}")
    page.click("[data-act=contact]")
    page.wait_for_selector("dd:has-text('<script>')")
    for path in ("reviews", f"customers?q={HOSTILE}", f"?c={HOSTILE}", "overview", f"admin?part=audit&text={HOSTILE}"):
        page.goto(f"/en/{path}")
        page.wait_for_selector("gradio-app h1, gradio-app form")
        page.wait_for_timeout(300)
        assert not page.locator("gradio-app img[src=x]").count()


def test_answer_goes_on_when_the_browser_is_gone(visitors: Visitors, talker: Talker) -> None:
    talker.wait_s = 1.5
    page = visitors.window("cara")
    ask(page, f"{WHO}?")
    page.wait_for_selector(".wb-answer[data-state=running]")
    page.wait_for_url("**c=*")
    address, context = page.url, page.context
    page.close()
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(DONE)
    assert SAID in page.inner_text(".wb-said")


def test_session_that_ended_meanwhile(visitors: Visitors, home: Path) -> None:
    page = visitors.window("cara")
    page.wait_for_selector("#wb-question")
    with closing(Ledger.open(home)) as ledger, ledger.session() as session:
        session.exec(delete(SignIn))
        session.commit()
    time.sleep(1.2)  # a session is looked up once a second
    ask(page, f"{WHO}?")
    page.wait_for_selector("text=/Sign in|sign in/")
    page.reload()
    page.wait_for_selector("input[name=password]")


def test_keyboard_alone(visitors: Visitors, talker: Talker) -> None:
    talker.wait_s = 3
    page = visitors.window("cara")
    page.focus("#wb-question")
    page.keyboard.type(f"{WHO}?")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Please.")
    assert page.input_value("#wb-question") == f"{WHO}?\nPlease."
    page.keyboard.press("Enter")
    page.wait_for_selector(".wb-answer[data-state=running]")
    page.keyboard.press("Escape")
    page.wait_for_selector(".wb-answer[data-last][data-state=stopped]")
    talker.wait_s = 0
    page.keyboard.type(f"{WHO}?")
    page.keyboard.press("Enter")
    page.wait_for_selector(DONE)
