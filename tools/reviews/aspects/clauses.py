"""A review in clauses, each with the aspects it speaks of and what it feels about them."""

from dataclasses import dataclass, field

from tools.reviews.aspects.lexicon import DENIED, Term, lexicon
from tools.reviews.aspects.text import folded

NEVER = -99
_REACH = 24  # characters between a negation and what it denies: about three English words
_REACH_ZH = 3
_BARE = 24  # a clause up to this long that names something but feels nothing belongs to its neighbour
_BARE_ZH = 8


@dataclass(slots=True)
class Clause:
    """`text[start:end]`; `aspects` holds each aspect's own feelings (+1, 0, -1), `feelings` those of the clause."""

    start: int
    end: int = 0
    aspects: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    hints: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    feelings: list[int] = field(default_factory=list[int])
    named_first: bool = False
    denied: int = NEVER
    dense: bool = False

    def of(self, plain: str) -> str:
        """Its words in the text it was found in."""
        return plain[self.start : self.end].strip(" ,，、\n")

    def value(self, aspect: str) -> int | None:
        """How the clause feels of an aspect; None where its terms do not tell."""
        felt = self.aspects[aspect]
        if not felt or len(self.aspects) == 1:
            felt = felt + self.feelings
        felt = felt or [value for others in self.aspects.values() for value in others]
        if not felt or sum(felt) == 0 != max(felt):
            return None
        return (sum(felt) > 0) - (sum(felt) < 0)

    @property
    def bare(self) -> bool:
        """Whether it names aspects and leaves the feeling to a neighbour."""
        return bool(self.aspects) and not self.feelings and not any(self.aspects.values())

    def take(self, start: int, term: Term, dense: bool) -> None:
        """Note a term that stands at `start`."""
        self.dense = dense
        denied = start - self.denied <= (_REACH_ZH if dense else _REACH)
        if not self.feelings and not self.aspects:
            self.named_first = bool(term.aspects)
        for aspect, value in term.aspects:
            _note(self.aspects, aspect, value, denied)
        for aspect, value in term.hints:
            _note(self.hints, aspect, value, denied)
        if term.feeling is not None:
            self.feelings.append(_turned(term.feeling, denied))

    def absorb(self, other: "Clause") -> None:
        """Become one clause with the one that follows."""
        self.end = other.end
        self.feelings += other.feelings
        for aspect, felt in other.aspects.items():
            self.aspects.setdefault(aspect, []).extend(felt)

    def settle(self, end: int) -> None:
        """Close it at `end`: hints speak where nothing else does, else they only lend their feeling."""
        self.end = end
        if not self.aspects:
            self.aspects = {aspect: felt for aspect, felt in self.hints.items() if felt or self.feelings}
        else:
            self.feelings += [value for felt in self.hints.values() for value in felt]
        self.hints = {}


def _note(into: dict[str, list[int]], aspect: str, value: int | None, denied: bool) -> None:
    if value == DENIED and not denied:
        return
    felt = into.setdefault(aspect, [])
    if value is not None:
        felt.append(_turned(value, denied))


def _turned(value: int, denied: bool) -> int:
    return (-1 if value != -1 else 1) if denied else value


def clauses(plain: str) -> list[Clause]:
    """The clauses of a `shown` text that speak of an aspect, in order.

    Sentence ends and words like "but" end a clause for good; at commas and "and", a short clause without a feeling of
    its own joins its neighbour; a clause that has named and felt also ends where another aspect is named.
    """
    spelt = folded(plain)
    found: list[Clause] = []
    sentence: list[Clause] = []
    current = Clause(0)
    worn = unworn = False
    for start, end, term in lexicon().read(spelt):
        mark = term.mark
        if term.worn:
            worn, unworn = worn or term.worn > 0, unworn or term.worn < 0
        if mark is None:
            if term.aspects and current.named_first and _full(current, term):
                current = _next(current, start, start, sentence)
            current.take(start, term, spelt[start] > "\u2e7f")
        elif mark == "negator":
            current.denied = end
        else:
            current = _next(current, start, end, sentence)
            if mark == "stop" and sentence:
                found += sentence
                sentence = []
            if term.feeling is not None:
                current.feelings.append(term.feeling)
    _next(current, len(spelt), len(spelt), sentence)
    found += sentence
    return _without_fit(found) if unworn and not worn else found


def _next(clause: Clause, end: int, start: int, sentence: list[Clause]) -> Clause:
    """Close a clause at `end`, put it where it belongs, and begin another at `start`."""
    if not (clause.aspects or clause.hints or clause.feelings):
        clause.start, clause.denied, clause.dense = start, NEVER, False
        return clause
    clause.settle(end)
    before = sentence[-1] if sentence else None
    if before and (_short(before) or (clause.aspects and _short(clause))):
        before.absorb(clause)
    elif clause.aspects:
        sentence.append(clause)
    return Clause(start)


def _without_fit(found: list[Clause]) -> list[Clause]:
    for clause in found:
        clause.aspects.pop("fit", None)
    return [clause for clause in found if clause.aspects]


def _full(clause: Clause, term: Term) -> bool:
    return term.aspects[0][0] not in clause.aspects and bool(clause.feelings or any(clause.aspects.values()))


def _short(clause: Clause) -> bool:
    return clause.bare and clause.end - clause.start <= (_BARE_ZH if clause.dense else _BARE)
