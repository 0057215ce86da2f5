from pathlib import Path

import pytest

from eval.cases import read_cases
from store.errors import WinbackError

SINGLE = '{"id": "a", "lang": "en", "role": "care", "user": "hi", "expect": [{"tool": null, "kind": "greeting"}]}'
SEVERAL = '{"id": "b", "lang": "zh", "role": "marketer", "turns": [{"user": "x", "expect": [{"tool": "churn_risk"}]}]}'


def written(folder: Path, *lines: str) -> Path:
    path = folder / "cases.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_single_and_several_turns_read_alike(tmp_path: Path) -> None:
    single, several = read_cases(written(tmp_path, SINGLE, "", SEVERAL))
    assert [t.user for t in single.turns] == ["hi"]
    assert several.turns[0].expect[0].tool == "churn_risk"


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        '{"id": "a"}',
        SINGLE.replace('"en"', '"fr"'),
        SINGLE.replace('"user": "hi", ', ""),
        SINGLE.replace('"kind"', '"knid"'),
        SEVERAL.replace("churn_risk", "churn_rsk"),
        SEVERAL.replace('[{"tool": "churn_risk"}]', "[]"),
        SINGLE.replace('"expect": [{"tool": null, "kind": "greeting"}]', '"expect": []'),
        SEVERAL.replace('"turns"', '"user": "x", "turns"'),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(WinbackError, match="line 2 is not a case"):
        read_cases(written(tmp_path, SINGLE, line))


def test_notes_beside_a_case_and_odd_line_separators_are_no_fault(tmp_path: Path) -> None:
    noted = SINGLE.replace('"hi"', '"hi\u2028there\x85"').replace('"id"', '"source": "chat log", "id"')
    assert read_cases(written(tmp_path, noted))[0].turns[0].user == "hi\u2028there\x85"


def test_the_same_id_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(WinbackError, match="two cases with the id a"):
        read_cases(written(tmp_path, SINGLE, SINGLE))


def test_text_that_is_not_utf8_is_said(tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_bytes(SINGLE.replace("hi", "café").encode("latin-1"))
    with pytest.raises(WinbackError, match="not UTF-8"):
        read_cases(tmp_path / "cases.jsonl")


def test_no_file_and_no_cases_are_said(tmp_path: Path) -> None:
    with pytest.raises(WinbackError, match="There is no file"):
        read_cases(tmp_path / "none.jsonl")
    with pytest.raises(WinbackError, match="holds no cases"):
        read_cases(written(tmp_path, ""))
