"""Labelling a file: every row in, every row out, and nothing else touched."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from store.errors import WinbackError
from tools.reviews.labelling.embedded import EmbeddedLabeller
from tools.reviews.labelling.label_file import FileReport, label_file
from tools.reviews.labels import ASPECTS, SENTIMENTS

ADDED = ["sentiment", "score", "aspects", "p_negative", "p_neutral", "p_positive", "labelled_by", "note"]
ROWS = [
    ["1", "Lovely mug, great quality, I love it", "5", "=1+1"],
    ["2", "质量太差了，客服态度也不好，再也不买了", "5", " two  spaces "],
    ["3", 'He said "fine", then\nleft, and it broke', "2", ""],
    ["4", "", "", "NULL"],
    ["5", "😀", "4 stars", "007"],
]
HEADER = ["id", "text", "stars", "other"]
Run = Callable[..., FileReport]


@pytest.fixture(scope="module")
def labeller() -> EmbeddedLabeller:
    return EmbeddedLabeller(workers=1)


@pytest.fixture
def run(labeller: EmbeddedLabeller) -> Run:
    def label(source: Path, out: Path, text: str = "text", **more: Any) -> FileReport:
        return label_file(source, out, text, labeller, progress=lambda _done, _said: None, **more)

    return label


def written(rows: list[list[str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def read(path: Path, delimiter: str = ",") -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.reader(handle, delimiter=delimiter))


def test_rows_columns_and_order_stay(tmp_path: Path, run: Run) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(written([HEADER, *ROWS]))
    report = run(source, out)
    header, *rows = read(out)
    assert header == HEADER + ADDED
    assert [row[:4] for row in rows] == ROWS
    labels = [dict(zip(header, row, strict=True)) for row in rows]
    assert [label["sentiment"] for label in labels[:2]] == ["positive", "negative"]
    for label in labels:
        assert label["sentiment"] in SENTIMENTS
        assert float(label["score"]) == float(label[f"p_{label['sentiment']}"])
        assert set(json.loads(label["aspects"])) <= set(ASPECTS)
    assert [label["note"] for label in labels] == ["", "", "", "no text", "no words"]
    assert (report.rows, sum(report.by_sentiment.values())) == (5, 5)
    assert report.notes == {"no text": 1, "no words": 1}


def test_ratings_that_contradict_are_flagged(tmp_path: Path, run: Run) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(written([HEADER, *ROWS]))
    report = run(source, out, rating="stars")
    header, *rows = read(out)
    flags = [dict(zip(header, row, strict=True))["contradicts_rating"] for row in rows]
    assert flags == ["false", "true", "false", "false", "false"]
    assert report.contradicting == 1


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [("utf-8", False), ("utf-8-sig", True), ("utf-16", True), ("gb18030", False)],
)
def test_encodings(tmp_path: Path, run: Run, encoding: str, bom: bool) -> None:
    rows = [*ROWS[:2], *ROWS[2:4]]
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(written([HEADER, *rows], encoding=encoding))
    report = run(source, out)
    assert [row[:4] for row in read(out)] == [HEADER, *rows]
    assert out.read_bytes().startswith(b"\xef\xbb\xbf") is bom
    assert read(out)[2][4] == "negative"
    assert bool(report.remark) is (encoding in ("utf-16", "gb18030"))


def test_latin_and_wrongly_decoded_text(tmp_path: Path, run: Run) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(written([["text"], ["Très bon café, déjà goûté"]], encoding="latin-1"))
    run(source, out)
    assert read(out)[1][0] == "Très bon café, déjà goûté"
    wrong = "质量太差了，再也不买了".encode().decode("latin-1")
    source.write_bytes(written([["text"], [wrong]]))
    run(source, out)
    (row,) = read(out)[1:]
    assert row[0] == wrong
    assert (row[1], row[-1]) == ("negative", "read as wrongly decoded UTF-8")


@pytest.mark.parametrize(
    ("name", "mark", "out_name", "out_mark"),
    [
        ("in.tsv", "\t", "out.tsv", "\t"),
        ("in.csv", ";", "out.csv", ";"),
        ("in.csv", "\t", "out.csv", "\t"),
        ("in.tsv", "\t", "out.csv", ","),
        ("in.csv", ",", "out.tsv", "\t"),
    ],
)
def test_delimiters(tmp_path: Path, run: Run, name: str, mark: str, out_name: str, out_mark: str) -> None:
    (tmp_path / name).write_bytes(written([HEADER, *ROWS], mark))
    run(tmp_path / name, tmp_path / out_name)
    assert [row[:4] for row in read(tmp_path / out_name, out_mark)] == [HEADER, *ROWS]


def test_parquet_keeps_types_and_order(tmp_path: Path, run: Run) -> None:
    table = pa.table(
        {
            "n": pa.array([3, None, 1], pa.int32()),
            "Text": pa.array(["Lovely, I love it", None, "broke at once, awful"], pa.large_string()),
            "tags": pa.array([["a"], [], None], pa.list_(pa.string())),
            "stars": pa.array([1.0, None, 1.0]),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet")
    report = run(tmp_path / "in.parquet", tmp_path / "out.parquet", rating="stars")
    out = pq.read_table(tmp_path / "out.parquet")
    assert out.select(table.column_names).equals(table)
    assert out["sentiment"].to_pylist()[::2] == ["positive", "negative"]
    assert out["contradicts_rating"].to_pylist() == [True, False, False]
    assert out.schema.field("score").type == pa.float64()
    assert report.notes == {"no text": 1}


def test_formats_into_one_another(tmp_path: Path, run: Run) -> None:
    book = Workbook()
    sheet: Any = book.active
    for row in [HEADER, *ROWS]:
        sheet.append(row)
    book.save(tmp_path / "in.xlsx")
    run(tmp_path / "in.xlsx", tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    assert table["text"].to_pylist() == [row[1] for row in ROWS]
    pq.write_table(table.select(["id", "text"]).append_column("b", pa.array([True] * 5)), tmp_path / "c.parquet")
    run(tmp_path / "c.parquet", tmp_path / "d.csv")
    assert [row[:3] for row in read(tmp_path / "d.csv")[1:3]] == [["1", ROWS[0][1], "true"], ["2", ROWS[1][1], "true"]]


def test_many_pieces_keep_their_order(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.reviews.labelling.text_table.ROWS", 7)
    rows = [[str(number), f"parcel {number} was late"] for number in range(100)]
    (tmp_path / "in.csv").write_bytes(written([["id", "text"], *rows]))
    fractions: list[float] = []
    label_file(
        tmp_path / "in.csv",
        tmp_path / "out.csv",
        "text",
        EmbeddedLabeller(1),
        progress=lambda f, _: fractions.append(f),
    )
    assert [row[:2] for row in read(tmp_path / "out.csv")[1:]] == rows
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


def test_ragged_rows_and_stray_bytes_stay_in(tmp_path: Path, run: Run) -> None:
    content = b'text,n\r\nshort\r\ngood,1,and more, still\r\n\r\nbro\xffken bytes,2\r\n5" screen,3\r\ntail,4,,\r\n'
    content += "差差差差差差差差差差差差,5".encode()
    (tmp_path / "in.csv").write_bytes(content)
    report = run(tmp_path / "in.csv", tmp_path / "out.csv")
    rows = read(tmp_path / "out.csv")[1:]
    assert [row[:2] for row in rows] == [
        ["short", ""],
        ["good", "1,and more, still"],
        ["bro\ufffdken bytes", "2"],
        ['5" screen', "3"],
        ["tail", "4"],
        ["差" * 12, "5"],
    ]
    assert {len(row) for row in rows} == {2 + len(ADDED)}
    assert report.notes == {"more cells than columns": 1, "damaged characters": 1}


def test_texts_no_one_would_write(tmp_path: Path, run: Run) -> None:
    texts = [
        "x",
        "好" * 25_000,
        "<script>alert(1)</script>good",
        "很好 but the 快递 was late",
        "\u202e\u200b",
        "=cmd|' /C calc'!A0",
    ]
    (tmp_path / "in.csv").write_bytes(written([["text"], *([text] for text in texts)]))
    run(tmp_path / "in.csv", tmp_path / "out.csv")
    rows = read(tmp_path / "out.csv")[1:]
    assert [row[0] for row in rows] == texts
    assert all(row[1] in SENTIMENTS for row in rows)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row[1:])


def test_columns_that_are_taken_are_left_alone(tmp_path: Path, run: Run) -> None:
    (tmp_path / "in.csv").write_bytes(written([["Score", "sentiment", "text"], ["9", "mine", "good"]]))
    report = run(tmp_path / "in.csv", tmp_path / "out.csv")
    header, row = read(tmp_path / "out.csv")
    assert header[:5] == ["Score", "sentiment", "text", "winback_sentiment", "winback_score"]
    assert row[:3] == ["9", "mine", "good"]
    assert report.columns["sentiment"] == "winback_sentiment"
    with pytest.raises(WinbackError, match="already has labels in winback_sentiment"):
        run(tmp_path / "out.csv", tmp_path / "again.csv")


def test_a_table_without_rows(tmp_path: Path, run: Run) -> None:
    (tmp_path / "in.csv").write_text("id,text\n")
    assert run(tmp_path / "in.csv", tmp_path / "out.csv").rows == 0
    assert read(tmp_path / "out.csv") == [["id", "text", *ADDED]]
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "in.parquet")
    run(tmp_path / "in.parquet", tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 0


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none.csv", None, "There is no file"),
        ("empty.csv", b"", "is empty"),
        ("picture.csv", b"\x89PNG\x00\x00\x00\x00", "not a text file"),
        ("cut.parquet", b"PAR1abc", "damaged or cut short"),
        ("no.parquet", b"a,b\n", "damaged or no parquet file"),
        ("other.csv", b"id,body,score\n1,x,2\n", "has no column text; it has id, body, score"),
        ("open.csv", b'id,text\n1,fine\n2,"never closed\n3,x\n', "without its other half at line 3"),
        ("twice.csv", b"text,text\na,b\n", "two columns named text"),
    ],
)
def test_what_is_no_table_is_one_sentence(
    tmp_path: Path, run: Run, name: str, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(WinbackError, match=sentence):
        run(tmp_path / name, tmp_path / "out.csv")
    assert [path.name for path in tmp_path.iterdir()] == [name] * (content is not None)


def test_what_cannot_be_written_is_one_sentence(tmp_path: Path, run: Run) -> None:
    source = tmp_path / "in.csv"
    source.write_text("text\ngood\n")
    with pytest.raises(WinbackError, match="overwritten by its own labels"):
        run(source, source)
    (tmp_path / "link.csv").symlink_to(source)
    with pytest.raises(WinbackError, match="overwritten by its own labels"):
        run(source, tmp_path / "link.csv")
    with pytest.raises(WinbackError, match="cannot be written"):
        run(source, Path("/proc/out.csv"))
    assert source.read_text() == "text\ngood\n"


def test_a_failure_leaves_the_old_file(tmp_path: Path, run: Run) -> None:
    (tmp_path / "in.csv").write_bytes(b'text\n"open\nx\n')
    (tmp_path / "out.csv").write_text("old")
    with pytest.raises(WinbackError):
        run(tmp_path / "in.csv", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "old"
    assert not list(tmp_path.glob(".*"))
