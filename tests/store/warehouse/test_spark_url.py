"""What a pyspark:// URL says, and what is said where Spark cannot start; no session is started here."""

import sys
from pathlib import Path

import pytest

from store.errors import WinbackError
from store.warehouse import Warehouse
from store.warehouse.spark import _parsed, spark_schema

FOLDER = "spark.sql.warehouse.dir"


@pytest.mark.parametrize(
    ("url", "options", "database"),
    [
        ("pyspark:///srv/shop/", {FOLDER: "/srv/shop"}, None),
        ("pyspark://spark1:7077/srv/shop", {"spark.master": "spark://spark1:7077", FOLDER: "/srv/shop"}, None),
        ("pyspark://?spark.master=local-cluster[2,1,1024]", {"spark.master": "local-cluster[2,1,1024]"}, None),
        ("pyspark://?spark.sql.warehouse.dir=s3a://b/shop", {FOLDER: "s3a://b/shop"}, None),
        ("pyspark://?database=shop", {}, "shop"),
    ],
)
def test_a_url(url: str, options: dict[str, str], database: str | None) -> None:
    assert _parsed(url) == (options, database)


def test_an_unknown_option_is_named(tmp_path: Path) -> None:
    with pytest.raises(WinbackError, match="has the option master; pyspark:// takes"):
        Warehouse.open(tmp_path, "pyspark:///srv/shop?master=local")


def test_without_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WinbackError, match="Spark needs Java 17 or later"):
        Warehouse.open(tmp_path, "pyspark:///srv/shop")


def test_without_pyspark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pyspark", "pyspark.sql"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(WinbackError, match=r"pip install winback\[spark\]"):
        Warehouse.open(tmp_path, "pyspark:///srv/shop")


def test_insights_keep_their_moments_without_a_zone() -> None:
    assert spark_schema("segments") == "customer_id string, segment string, as_of timestamp_ntz"
