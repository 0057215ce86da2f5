"""Every wording the bundled model is taught to pass on must be understood, and as what it was taught to mean."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.result import ToolError
from tools.words import (
    parse_aspect,
    parse_channel,
    parse_count,
    parse_country,
    parse_dimensions,
    parse_language,
    parse_metric,
    parse_money,
    parse_period,
    parse_segments,
    parse_sentiment,
    parse_tone,
)

LEXICON = Path(__file__).parents[3] / "training" / "lexicon"
FORMS = LEXICON.parent / "forms"
AS_OF = datetime(2011, 12, 9, 12, 50)
READERS = {
    "metric": parse_metric,
    "aspect": parse_aspect,
    "sentiment": parse_sentiment,
    "channel": parse_channel,
    "tone": parse_tone,
    "language": parse_language,
    "group": lambda text: parse_dimensions(text)[0],
    "segment": lambda text: parse_segments(text)[0],
}
PLACES_WITHOUT_A_CODE = {"Channel Islands"}
SLOTS = {
    "year": "2010", "year2": "2011", "day": "5", "day2": "19", "n": "3", "quarter": "Q2", "quarter2": "Q3",
    "ym": "2010-04", "ym2": "2011-08", "mon": "Mar", "mon2": "Apr", "date": "2010-04-05", "date2": "2011-09-19",
    "dmy": "05/04/2010", "dmy2": "19/09/2011",
}  # fmt: skip
OWN_SLOTS = {
    "en": {"month": "March", "month2": "April", "weekday": "Tuesday", "weekday2": "Friday"},
    "zh": {"month": "三月", "month2": "4月", "weekday": "二", "weekday2": "五", "mon": "3月", "mon2": "4月"},
}


def lexicon(language: str) -> dict[str, Any]:
    return yaml.safe_load((LEXICON / f"{language}.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("section", READERS)
def test_closed_values(language: str, section: str) -> None:
    taught = [(said, canonical) for canonical, names in lexicon(language)[section].items() for said in names]
    assert [(s, c, READERS[section](s)) for s, c in taught if READERS[section](s) != c] == []
    assert len(taught) > 20


@pytest.mark.parametrize(("language", "section"), [("en", "country"), ("en", "country_adj"), ("zh", "country")])
def test_countries(language: str, section: str) -> None:
    for name in lexicon(language)[section]:
        if name not in PLACES_WITHOUT_A_CODE:
            assert parse_country(name).code.isalpha(), name


def templates(language: str) -> list[tuple[str, str]]:
    lines = (LEXICON / f"periods_{language}.txt").read_text(encoding="utf-8").splitlines()
    values = SLOTS | OWN_SLOTS[language]
    filled = [re.sub(r"\{(\w+)\}", lambda slot: values[slot[1]], line) for line in lines if not line.startswith("#")]
    pairs = [line.split(" | ") for line in filled if " | " in line]
    return [(said.strip(), bare.strip()) for said, bare in pairs]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_periods_mean_the_same_with_and_without_their_preposition(language: str) -> None:
    for said, bare in templates(language):
        assert parse_period(said, AS_OF) == parse_period(bare, AS_OF), said


def literals(argument: str) -> list[str]:
    pattern = re.compile(rf"{argument}=(?:\"([^\"{{]+)\"|([^ |{{\"]+))")
    lines = [line for path in sorted(FORMS.glob("*/*.txt")) for line in path.read_text(encoding="utf-8").splitlines()]
    return sorted({m[1] or m[2] for line in lines if not line.startswith("#") for m in pattern.finditer(line)})


NEEDS_A_CALENDAR_OF_ITS_OWN = {
    "the two weeks after the recall",
    "the last fortnight of the sale",
    "the bank holiday weekend",
    "the January sales",
    "since the relaunch on 9 May",
    "since the recall on 2 June",
}


def test_periods_written_out_in_request_forms() -> None:
    for said in literals("period"):
        if said in NEEDS_A_CALENDAR_OF_ITS_OWN:
            with pytest.raises(ToolError):
                parse_period(said, AS_OF)
        else:
            assert parse_period(said, AS_OF).canonical, said


def test_numbers_and_money_written_out_in_request_forms() -> None:
    assert all(parse_count(said) > 0 for said in literals("limit"))
    assert all(parse_money(said) >= 300 for said in literals("budget"))
