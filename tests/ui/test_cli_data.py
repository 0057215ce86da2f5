"""`winback load` and `winback refresh`."""

import json
from pathlib import Path

import pytest

from tests.ui.conftest import Run

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
LINES = [
    "536365,85123A,WHITE HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom",
    "536366,22633,HAND WARMER,6,2010-12-01 08:28:00,1.85,17850,United Kingdom",
    "536367,22633,HAND WARMER,two,2010-12-01 08:34:00,1.85,13047,United Kingdom",
]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "lines.csv"
    path.write_text("\n".join([HEADER, *LINES]), encoding="utf-8")
    return path


def test_a_load_accounts_for_every_row(winback: Run, source: Path) -> None:
    ran = winback("load", source, "--preset", "uci-online-retail", "--home", "shop")
    assert ran.code == 0, ran.err
    assert "3 read = 2 loaded + 1 rejected" in ran.out
    assert "Rejected rows, with their reasons, are in" in ran.out
    assert ran.err == ""


def test_a_load_as_json_is_one_object(winback: Run, source: Path) -> None:
    ran = winback("load", source, "--preset", "uci-online-retail", "--home", "shop", "--json")
    report = json.loads(ran.out)
    assert (report["read"], report["loaded"], report["rejected"]) == (3, 2, 1)
    assert report["tables"]["orders"] == 2
    assert Path(report["rejects_file"]).is_file()


def test_a_dry_run_shows_the_mapping_and_loads_nothing(winback: Run, source: Path) -> None:
    ran = winback("load", source, "--preset", "uci-online-retail", "--home", "shop", "--dry-run")
    assert ran.code == 0, ran.err
    assert "WHITE HEART" in ran.out
    assert "currency: GBP" in ran.out
    assert not Path("shop/warehouse/facts.json").exists()


@pytest.mark.parametrize("arguments", [["none.csv"], ["lines.csv", "--preset", "unheard-of"], ["empty.csv"]])
def test_what_cannot_be_loaded_is_one_sentence(winback: Run, source: Path, arguments: list[str]) -> None:
    source.with_name("empty.csv").touch()
    ran = winback("load", *arguments, "--home", "shop")
    assert ran.code == 1
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 1
    assert "Traceback" not in ran.err


def test_refresh_scores_a_shop_without_reviews_and_says_what_is_left_out(winback: Run, home: Path) -> None:
    ran = winback("refresh", "--home", home)
    assert ran.code == 0
    assert "There are no reviews to label" in ran.out
    assert "2 customers scored" in ran.out
    assert "A model of this shop's own needs at least" in ran.out
    done = json.loads(winback("refresh", "--home", home, "--json").out)
    assert done["refreshed"] == ["churn_scores", "segments"]
    assert done["scores"]["customers"] == 2


def test_the_home_may_come_from_the_environment(winback: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINBACK_HOME", str(home))
    assert winback("refresh").code == 0
