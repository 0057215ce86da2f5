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
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(WinbackError, match="line 2 is not a case"):
        read_cases(written(tmp_path, SINGLE, line))


def test_no_file_and_no_cases_are_said(tmp_path: Path) -> None:
    with pytest.raises(WinbackError, match="There is no file"):
        read_cases(tmp_path / "none.jsonl")
    with pytest.raises(WinbackError, match="holds no cases"):
        read_cases(written(tmp_path, ""))
