"""What the ledger remembers, on both databases."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from store.errors import WinbackError
from store.ledger import Consent, ContactBase, Ledger, ToolCallAudit, User

NOW = datetime(2026, 11, 5, 10, 30)

PEOPLE = [
    ContactBase(
        customer_id="c1", first_name="Ann", last_name="O'Brien", email="Ann.OBrien@Example.com", phone="+44 7911 123456"
    ),
    ContactBase(
        customer_id="c2", first_name="小明", last_name="王", email="wang@example.cn", phone="+86 138 1234 5678"
    ),
    ContactBase(customer_id="c3", first_name="娜", last_name="欧阳", phone="010-62345678"),
    ContactBase(customer_id="c4", first_name="Mary Jane", last_name="van der Berg", phone="(212) 555-0123"),
    ContactBase(customer_id="c5", first_name="ANN", last_name="o'brien"),
    ContactBase(customer_id="c6", email="only@example.com"),
]


@pytest.fixture
def known(ledger: Ledger) -> Ledger:
    assert ledger.add_contacts(PEOPLE) == len(PEOPLE)
    return ledger


FOUND = {
    "ann.obrien@example.com": ["c1"],
    "  ANN.OBRIEN@EXAMPLE.COM ": ["c1"],
    "ｗａｎｇ＠example.cn": ["c2"],
    "obrien@example.com": [],
    "07911 123456": ["c1"],
    "+44 (0)7911-123-456": ["c1"],
    "00447911123456": ["c1"],
    "+33 7911 123456": [],
    "13812345678": ["c2"],
    "１３８ １２３４ ５６７８": ["c2"],
    "12345678": [],
    "+1 212 555 0123": ["c4"],
    "62345678": ["c3"],
    "Ann O'Brien": ["c1", "c5"],
    "o'brien, ann": ["c1", "c5"],
    "O'Brien Ann": ["c1", "c5"],
    "Mrs. O'Brien": ["c1", "c5"],
    "Mary Jane van der Berg": ["c4"],
    "van der Berg, Mary Jane": ["c4"],
    "王小明": ["c2"],
    "小明 王": ["c2"],
    "王 小明": ["c2"],
    "王小明先生": ["c2"],
    "欧阳娜": ["c3"],
    "王明": [],
    "小明": [],
    "Ann": [],
    "": [],
    "17850": [],
    "%": [],
}


def test_a_customer_is_found_however_the_contact_is_written(known: Ledger) -> None:
    assert {value: known.customers_by_contact(value) for value in FOUND} == FOUND


def test_contact_of_gives_the_words_as_they_came(known: Ledger) -> None:
    assert known.contact_of("c2") == PEOPLE[1]
    assert known.contact_of("nobody") is None


def test_contacts_are_replaced_by_key(known: Ledger) -> None:
    known.add_contacts([ContactBase(customer_id="c1", email="new@example.com")])
    assert known.customers_by_contact("ann.obrien@example.com") == []
    assert known.customers_by_contact("Ann O'Brien") == ["c5"]
    assert known.customers_by_contact("new@example.com") == ["c1"]


def test_contacts_are_added_all_or_none(ledger: Ledger) -> None:
    def broken() -> Any:
        for number in range(5000):
            yield ContactBase(customer_id=f"x{number}", email=f"x{number}@example.com")
        raise ValueError("the source broke off")

    with pytest.raises(ValueError, match="broke off"):
        ledger.add_contacts(broken())
    assert ledger.customers_by_contact("x0@example.com") == []


def test_consent_is_kept_by_channel_and_replaced(ledger: Ledger) -> None:
    given = [
        Consent(customer_id="c1", channel=channel, granted=True, at=NOW, source="sign-up")
        for channel in ("sms", "email")
    ]
    ledger.add_consents(given)
    ledger.add_consents([Consent(customer_id="c1", channel="sms", granted=False, at=NOW, source="STOP")])
    assert ledger.consent_of("c1") == {"email": True, "sms": False}
    assert ledger.consent_of("c2") == {}


def _call(**more: Any) -> ToolCallAudit:
    fields: dict[str, Any] = {
        "at": NOW,
        "actor": "ann",
        "role": "care",
        "conversation": "7f",
        "tool": "query_metric",
        "arguments": {"metric": "revenue", "filters": {"country": ["France"]}},
        "duration_ms": 12.5,
        "rows": 3,
        "model": "winback-mini",
        "definition": "completed orders",
    }
    return ToolCallAudit(**(fields | more))


def test_tool_calls_are_appended_in_order(ledger: Ledger) -> None:
    ledger.record_tool_call(_call())
    ledger.record_tool_call(_call(tool="run_sql", error="refused", definition=None))
    with ledger.session() as session:
        first, second = session.exec(select(ToolCallAudit).order_by("id")).all()
    assert first.model_dump(exclude={"id"}) == _call().model_dump(exclude={"id"})
    assert (second.tool, second.error, second.definition) == ("run_sql", "refused", None)


def test_values_that_no_database_holds_are_still_audited(ledger: Ledger) -> None:
    arguments: dict[str, Any] = {"sql": "a\0b\ud800", "limit": float("nan"), "at": NOW, "path": "c:\\u0000"}
    ledger.record_tool_call(_call(arguments=arguments, error="\0bad\udfff"))
    with ledger.session() as session:
        kept = session.exec(select(ToolCallAudit)).one()
    assert kept.arguments == {"sql": "ab?", "limit": "NaN", "at": str(NOW), "path": "c:\\u0000"}
    assert kept.error == "bad?"


def test_a_session_rolls_back_when_it_raises(ledger: Ledger) -> None:
    def add_and_fail() -> None:
        with ledger.session() as session:
            session.add(User(name="ann", role="care", password_hash="x", created_at=NOW))
            session.flush()
            raise KeyError("stop")

    with pytest.raises(KeyError):
        add_and_fail()
    with ledger.session() as session:
        assert session.get(User, "ann") is None


def test_what_was_written_is_there_after_reopening(place: tuple[Path, str | None]) -> None:
    first = Ledger.open(*place)
    first.add_contacts(PEOPLE)
    first.close()
    again = Ledger.open(*place)
    assert again.customers_by_contact("王小明") == ["c2"]
    again.close()


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    Ledger.open(tmp_path / "shop").close()
    assert (tmp_path / "shop" / "ledger.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://root:geheim@host/x", "SQLite or PostgreSQL, not in mysql"),
        ("no url", "not a database URL"),
        ("postgresql://ann:geheim@127.0.0.1:1/x", "cannot be used"),
    ],
)
def test_a_wrong_url_is_one_sentence_without_its_password(tmp_path: Path, url: str, sentence: str) -> None:
    with pytest.raises(WinbackError, match=sentence) as caught:
        Ledger.open(tmp_path, url)
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_ledger_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"This is not a database. " * 100)
    with pytest.raises(WinbackError, match="cannot be used"):
        Ledger.open(tmp_path)
