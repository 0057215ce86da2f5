"""Each approved draft goes into one file once, whatever dies on the way; what is not allowed any more stays back."""

import csv
import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from store.errors import WinbackError
from store.ledger import Consent, Contact, Delivery, Ledger, Reservation
from store.settings import Settings
from store.shop import Shop
from tests.tools.offers.planned import ANN, CAMPAIGN, MARY, NOW, drafts, planned
from tools.offers.approval import approve
from tools.offers.delivery import csv_file, export_csv, outbox
from tools.offers.delivery.csv_file import cell

KILLS = 3
DEATHS = (0, 1, 4, 6, 7, 2)
FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload([__name__])  # what each child would import anew
LATER = timedelta(minutes=5)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with planned(tmp_path) as opened:
        approve(opened, ANN, NOW + LATER, campaign_id=CAMPAIGN)
        yield opened


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_approved_draft_is_in_the_file_with_its_tags_filled(shop: Shop, tmp_path: Path) -> None:
    approved = drafts(shop, "approved")
    report = export_csv(shop, ANN, NOW + LATER, tmp_path / "out.csv", campaign_id=CAMPAIGN)
    rows = _rows(tmp_path / "out.csv")
    assert report.sent == len(rows) == len(drafts(shop, "exported")) > 20
    assert {int(row["draft_id"]) for row in rows} <= {one.id for one in approved}
    assert not [row for row in rows if "{{" in row["subject"] + row["body"] or not row["to"]]
    assert all(row["code"] in row["body"] for row in rows if row["code"] and row["channel"] != "call")


def test_only_who_may_decide_exports(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(WinbackError, match="marketer cannot export"):
        export_csv(shop, MARY, NOW, tmp_path / "out.csv")


def test_nothing_is_written_over_and_nothing_goes_out_twice(shop: Shop, tmp_path: Path) -> None:
    export_csv(shop, ANN, NOW + LATER, tmp_path / "out.csv")
    before = (tmp_path / "out.csv").read_bytes()
    with pytest.raises(WinbackError, match="exists already"):
        export_csv(shop, ANN, NOW + LATER, tmp_path / "out.csv")
    with pytest.raises(WinbackError, match="Nothing is approved"):
        export_csv(shop, ANN, NOW + LATER, tmp_path / "other.csv")
    assert (tmp_path / "out.csv").read_bytes() == before
    assert not (tmp_path / "other.csv").exists()


def test_an_export_that_died_before_its_file_is_finished_by_the_same_command_only(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(csv_file, "_write", dies)
        with pytest.raises(KeyboardInterrupt):
            export_csv(shop, ANN, NOW + LATER, tmp_path / "out.csv")
    with pytest.raises(WinbackError, match=r"sending to \S+/out.csv was cut short; the same command finishes it"):
        export_csv(shop, ANN, NOW + LATER, tmp_path / "other.csv")
    (tmp_path / "out.csv").write_text("draft_id\n1\n")
    with pytest.raises(WinbackError, match="exists already"):
        export_csv(shop, ANN, NOW + LATER, tmp_path / "out.csv")
    assert not drafts(shop, "exported")
    (tmp_path / "out.csv").unlink()
    assert export_csv(shop, ANN, NOW + LATER, tmp_path / "out.csv").sent == len(_rows(tmp_path / "out.csv"))


def test_the_file_is_the_same_when_the_note_of_it_was_lost(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(csv_file, "mark_sent", dies)
        with pytest.raises(KeyboardInterrupt):
            export_csv(shop, ANN, NOW + LATER, tmp_path / "out.csv")
    before = (tmp_path / "out.csv").read_bytes()
    export_csv(shop, ANN, NOW + timedelta(hours=1), tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == before


def test_who_took_consent_back_after_approval_is_left_out_and_gives_back_the_money(shop: Shop, tmp_path: Path) -> None:
    draft = drafts(shop, "approved")[0]
    shop.ledger.add_consents(
        [Consent(customer_id=draft.customer_id, channel=draft.channel, granted=False, at=NOW, source="test")]
    )
    report = export_csv(shop, ANN, NOW + LATER, tmp_path / "out.csv")
    assert report.withdrawn == Counter({f"no consent to {draft.channel} any more": 1})
    assert draft.customer_id not in {row["customer_id"] for row in _rows(tmp_path / "out.csv")}
    with shop.ledger.session() as session:
        assert session.get_one(Reservation, draft.decision_id).state == "released"


def test_a_second_contact_waits_until_the_cap_allows_it(shop: Shop, tmp_path: Path) -> None:
    draft = drafts(shop, "approved")[0]
    with shop.ledger.session() as session:
        other = session.get_one(Reservation, drafts(shop, "approved")[1].decision_id)
        other.customer_id, other.channel, other.contact_at = draft.customer_id, draft.channel, NOW
        session.add(other)
    report = export_csv(shop, ANN, NOW + LATER, tmp_path / "out.csv", draft_ids=[draft.id or 0])
    assert (report.sent, sum(report.deferred.values())) == (0, 1)
    report = export_csv(shop, ANN, NOW + timedelta(days=7), tmp_path / "out.csv", draft_ids=[draft.id or 0])
    assert report.sent == 1


def test_nobody_without_an_address_is_sent_to(shop: Shop, tmp_path: Path) -> None:
    draft = next(one for one in drafts(shop, "approved") if one.channel == "email")
    with shop.ledger.session() as session:
        session.get_one(Contact, draft.customer_id).email = None
    report = export_csv(shop, ANN, NOW + LATER, tmp_path / "out.csv")
    assert report.withdrawn == Counter({"no address for email": 1})


def test_the_night_is_told_to_whoever_sends_the_file(shop: Shop, tmp_path: Path) -> None:
    midnight = NOW.replace(hour=23)
    export_csv(shop, ANN, midnight, tmp_path / "out.csv")
    rows = _rows(tmp_path / "out.csv")
    assert rows
    assert min(row["send_not_before"] for row in rows) > f"{midnight + timedelta(hours=4)}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [("=1+1", "'=1+1"), ("@x", "'@x"), ("-2", "'-2"), ("+44 20", "'+44 20"), ("plain", "plain"), (7, 7)],
)
def test_no_cell_is_a_formula(value: object, shown: object) -> None:
    assert cell(value) == shown


def _export(home: Path, out: Path) -> None:
    with_shop = Shop.open(home, Settings(home=home))
    try:
        export_csv(with_shop, ANN, NOW + LATER, out)
    except WinbackError:
        pass
    finally:
        with_shop.close()


def _die_at(nth: int, home: Path, out: Path) -> None:
    """Exports, and is killed before or after the nth time that something becomes lasting: a commit, the file's name."""
    moments = iter(range(nth))
    exclusive, replace = Ledger.exclusive, os.replace

    def moment() -> None:
        if next(moments, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def watched(ledger: Ledger) -> Generator[Session]:
        with exclusive(ledger) as session:
            yield session
            moment()
        moment()

    def renamed(source: Path, target: Path) -> None:
        moment()
        replace(source, target)
        moment()

    Ledger.exclusive, os.replace, outbox.BATCH = watched, renamed, 20  # pyright: ignore[reportAttributeAccessIssue]
    _export(home, out)


def _each_once(shop: Shop, out: Path, approved: int) -> None:
    rows = _rows(out)
    withdrawn = len(drafts(shop, "withdrawn"))
    assert len(rows) == len({row["draft_id"] for row in rows}) == len(drafts(shop, "exported")) == approved - withdrawn
    with shop.ledger.session() as session:
        assert {session.get_one(Delivery, one.id).state for one in drafts(shop, "exported")} == {"sent"}


def test_killed_before_and_after_every_commit_it_goes_on_and_never_writes_a_file_twice(
    shop: Shop, tmp_path: Path
) -> None:
    out, approved, before = tmp_path / "out.csv", len(drafts(shop, "approved")), None
    assert 40 < approved <= 60  # three batches
    deaths = 0
    for nth in DEATHS:
        process = FORK.Process(target=_die_at, args=(nth, shop.home, out))
        process.start()
        process.join()
        deaths += process.exitcode == -signal.SIGKILL
        assert before is None or out.read_bytes() == before
        before = out.read_bytes() if out.exists() else None
    assert deaths == len(DEATHS)
    _export(shop.home, out)
    _each_once(shop, out, approved)


def test_two_at_once_killed_at_any_moment_leave_each_contact_once(shop: Shop, tmp_path: Path) -> None:
    approved, moments, out = len(drafts(shop, "approved")), random.Random(7), tmp_path / "out.csv"
    for _ in range(KILLS):
        pair = [FORK.Process(target=_export, args=(shop.home, out)) for _ in range(2)]
        for process in pair:
            process.start()
        time.sleep(moments.uniform(0.0, 1.2))
        for process in pair:
            process.kill()
            process.join()
            assert process.exitcode in (0, -signal.SIGKILL)
    _export(shop.home, out)
    _each_once(shop, out, approved)
