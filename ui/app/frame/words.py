"""The words of the pages, English and Chinese side by side in one file per folder (`words.yaml`)."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


class Words:
    """The words of one folder in one language: `words("title")`, `words("found", count=3)`.

    The shared words of `ui/app/frame/words.yaml` are found too. Raises KeyError for words that nobody wrote.
    """

    def __init__(self, folder: Path, language: Language) -> None:
        self.language: Language = language
        self._texts = {**_read(Path(__file__).parent / "words.yaml"), **_read(folder / "words.yaml")}

    def __call__(self, key: str, **values: Any) -> str:
        text = self._texts[key][self.language]
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        return key in self._texts

    def or_plain(self, prefix: str, value: object) -> str:
        """The word for a value of the data (`segment.loyal`), or the value itself, in people's spelling."""
        key = f"{prefix}.{value}"
        return self(key) if self.has(key) else str(value).replace("_", " ")


@lru_cache(maxsize=32)
def _read(path: Path) -> dict[str, dict[str, str]]:
    return yaml.safe_load(path.read_text("utf-8")) if path.exists() else {}
