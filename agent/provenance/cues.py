"""The cues of cues.yaml, compiled."""

import re
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_suffix(".yaml")


@cache
def words(name: str, language: str) -> str:
    """The cues of one language as alternatives of a regular expression."""
    return "|".join(_cues()[name][language])


def pattern(name: str) -> re.Pattern[str]:
    """Matches a cue in a folded text: English between word borders, Chinese anywhere."""
    return re.compile(rf"\b(?:{words(name, 'en')})\b|{words(name, 'zh')}")


@cache
def _cues() -> dict[str, dict[str, list[str]]]:
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))
