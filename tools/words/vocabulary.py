"""A closed set of canonical values and everything people call them."""

from collections.abc import Iterable
from functools import cached_property

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from tools.result import ToolError
from tools.words.text import fold, has_cjk, key, shorten, words


class Vocabulary:
    """Reads people's words as canonical values; letter case, plurals, articles, dashes and small typos don't matter.

    `what` names the set in error messages; `leads` may stand in front of a value ("by country"), and `nouns` anywhere
    in it ("lapsed people", "lapsed customers").
    """

    def __init__(
        self, what: str, table: dict[str, list[str]], leads: Iterable[str] = (), nouns: Iterable[str] = ()
    ) -> None:
        self.what = what
        self.table = table
        self.leads = sorted(leads, key=len, reverse=True)
        self.nouns = frozenset(words(" ".join(nouns)))

    def __contains__(self, value: object) -> bool:
        return value in self.table

    @cached_property
    def index(self) -> dict[str, str]:
        """Key of every name -> canonical value."""
        return {
            key(name): canonical
            for canonical, names in self.table.items()
            for name in [*names, canonical.replace("_", " ")]
        }

    @cached_property
    def bare(self) -> dict[str, str]:
        """The same without the nouns, as far as that stays unambiguous."""
        found: dict[str, set[str]] = {}
        for canonical, names in self.table.items():
            for name in [*names, canonical.replace("_", " ")]:
                found.setdefault(self._without_nouns(name), set()).add(canonical)
        return {name: values.pop() for name, values in found.items() if name and len(values) == 1}

    def read(self, text: str) -> str:
        """The canonical value. Raises ToolError naming the nearest known ones."""
        found = self.find(text)
        if found is None:
            raise ToolError(self.unknown(text))
        return found

    def find(self, text: str) -> str | None:
        """The canonical value, or None where nothing comes close enough."""
        if len(text) > 200:
            return None
        return self.exact(text) or self._close(text.replace("_", " "))

    def exact(self, text: str) -> str | None:
        """The canonical value of a known name, without allowing for typos."""
        spelt = fold(text.replace("_", " ")).strip(" .,;:!?\"'。，")
        for phrase in dict.fromkeys([spelt, self._without_lead(spelt)]):
            if found := self.index.get(key(phrase)):
                return found
            if self.nouns and (found := self.bare.get(self._without_nouns(phrase))):
                return found
        return None

    def nearest(self, text: str, most: int = 3) -> list[str]:
        """The canonical values whose names come nearest."""
        near = process.extract(key(text[:200]), list(self.index), scorer=fuzz.ratio, limit=12, score_cutoff=55)
        return list(dict.fromkeys(self.index[name] for name, _, _ in near))[:most]

    def unknown(self, text: str) -> str:
        near = self.nearest(text)
        if len(self.table) > 15 and near:
            verb = "is" if len(near) == 1 else "are"
            return f"There is no {self.what} {shorten(text)!r}; the nearest {verb} {', '.join(near)}."
        return f"There is no {self.what} {shorten(text)!r}; known are {', '.join(self.table)}."

    def _without_lead(self, text: str) -> str:
        for lead in self.leads:
            if text.startswith(lead) and len(text) > len(lead):
                return text[len(lead) :].strip()
        return text

    def _without_nouns(self, text: str) -> str:
        kept = "".join(word for word in words(fold(text)) if word not in self.nouns)
        if has_cjk(kept):
            for noun in sorted((n for n in self.nouns if has_cjk(n)), key=len, reverse=True):
                kept = kept.replace(noun, "")
        return kept

    def _close(self, text: str) -> str | None:
        """The value whose name is a letter or two away, nouns aside, if there is only one such value."""
        spelt, known = (self._without_nouns(text), self.bare) if self.nouns else (key(text), self.index)
        allowed = (len(spelt) >= 4) + (len(spelt) >= 7)
        if not allowed:
            return None
        hits = process.extract(spelt, list(known), scorer=OSA.distance, limit=5, score_cutoff=allowed)
        best = {known[name] for name, distance, _ in hits if distance == hits[0][1]}
        return best.pop() if len(best) == 1 else None
