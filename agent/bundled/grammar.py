"""The grammar a reply of the bundled model must match: a valid call of an offered tool, or an answer in words.

Closed arguments take their known values; all others are copied from the conversation, so no id, number or name in a
call, and no number in an answer after a tool, can be invented. Written in llama.cpp's GBNF.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from agent.bundled import spans
from agent.bundled.readable import readable, segment_pairs
from agent.bundled.rework import Rework
from agent.bundled.vocabulary import CLOSED, FILTER_VALUES, KIND
from agent.grounding.rambling import PLAIN

MAX_UNITS = 400
LEAST_LINES = 3  # of a page that is quoted
MOST_UNITS = 135  # of a quotation: words, marks and Chinese characters that about 300 tokens have room for
MOST_LISTED = 480  # of a list that is quoted whole; the window has room for it because little of it is read
MOST_PROPOSED = 1050  # bytes of a proposal: of languages that the model hardly knows a token has one and a half
JOINTS = (" with ", " (", "（", "，为 ", "为 ", ": ", "：", " at ", ", ")  # between a row's name and its number
_WORD = re.compile(r"[A-Za-z]+")


def literal(text: str) -> str:
    """A GBNF string; raw text, not JSON."""
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    return f'"{escaped}"'


def either(options: list[str]) -> str:
    return "(" + " | ".join(options) + ")"


def quoted(options: list[str], pairs: bool = False) -> str:
    """A JSON string that is one of `options` (which hold no quotes or backslashes), or a list of two different ones."""
    one = f'"\\"" {either([literal(o) for o in options])} "\\""'
    if not pairs:
        return one
    return either([one, *(literal(f'["{a}", "{b}"]') for a, b in permutations(options, 2))])


def plain(texts: list[str]) -> list[str]:
    return [text for text in texts if '"' not in text and "\\" not in text and text.isprintable()]


@dataclass
class Grammar:
    """Collects rules. `said` is what people and earlier calls said, `told` what tools answered, latest last; `whole` is
    true where the latest is to be quoted whole; `rework` is what a call says that reworks the latest draft.
    """

    said: list[str]
    told: list[str]
    whole: bool = False
    rework: Rework | None = None
    rules: dict[str, str] = field(default_factory=dict[str, str])

    def text(self) -> str:
        return "\n".join(f"{name} ::= {body}" for name, body in self.rules.items())

    def span(self) -> str:
        """Any phrase of the conversation; it begins and ends at unit borders, never with a space."""
        if "span" in self.rules:
            return "span"
        starts: list[str] = []
        follower = False
        pieces = [unit for text in reversed(self.said) for unit in [*spans.units(text), "\n"]][:MAX_UNITS]
        for at, unit in reversed(list(enumerate(pieces))):
            space = unit.isspace()
            if not plain([unit]) or (space and not follower):
                follower = False
                continue
            more = f" s{at + 1}" + ("" if space else "?") if follower else ""
            self.rules[f"s{at}"] = literal(unit) + more
            follower = True
            if not space:
                starts.append(f"s{at}")
        self.rules["span"] = either(starts[::-1]) if starts else '"-"'
        return "span"

    def value(self, name: str) -> str | None:
        """The rule for an argument's value, or None when the conversation holds nothing that it could be."""
        if name == "segment" and (pairs := segment_pairs(self.said)):
            return either([literal(f'["{a}", "{b}"]') for pair in pairs for a, b in permutations(pair)])
        if name in CLOSED:
            return quoted(CLOSED[name], pairs=name in ("group_by", "segment"))
        kind = KIND.get(name, "span")
        if kind == "sql":
            return '"\\"" [^"\\\\\\x00-\\x1F]+ "\\""'
        if kind == "filters":
            return self.filters()
        if kind == "offset":
            return '"\\"" [0-9] [0-9]? [0-9]? "\\""'
        found = {"id": spans.ids, "count": spans.counts, "token": spans.tokens}.get(kind)
        if found is None:
            return self.copied(name)
        options = plain(found(self.said + self.told))
        return quoted(options) if options else None

    def copied(self, name: str) -> str | None:
        """A phrase that the tools read as such a value; any phrase where they cannot tell; None where none will do."""
        known = readable(name, self.said)
        if known is None:
            return f'"\\"" {self.span()} "\\""'
        return quoted(plain(known)) if plain(known) else None

    def filters(self) -> str:
        if "filters" not in self.rules:
            pairs: list[tuple[str, str]] = []
            for name, closed in FILTER_VALUES.items():
                copied = self.copied(name)
                if copied is None:
                    continue
                one = either([quoted(closed), copied]) if closed else copied
                pairs.append((name, f'({one} | "[" {one} (", " {one})+ "]")'))
            self.rules["filters"] = f'"{{" {self.members("filter", pairs, set())} "}}"'
        return "filters"

    def members(self, prefix: str, pairs: list[tuple[str, str]], required: set[str]) -> str:
        """An ordered object's inside: required members, and any of the others. `pairs` is not empty."""

        def after(index: int) -> list[str]:
            """Alternatives for the next member from `index` on, up to the first required one."""
            options: list[str] = []
            for at in range(index, len(pairs)):
                options.append(f"{prefix}-{at}")
                if pairs[at][0] in required:
                    break
            return options

        for at, (name, rule) in enumerate(pairs):
            rest = after(at + 1)
            must = any(pairs[i][0] in required for i in range(at + 1, len(pairs)))
            tail = f' (", " {either(rest)}){"" if must else "?"}' if rest else ""
            self.rules[f"{prefix}-{at}"] = f"{literal(json_key(name))} {rule}{tail}"
        first = either(after(0))
        return first if required or prefix == "filter" else f"{first}?"

    def call(self, tool: dict[str, Any]) -> str | None:
        """The rule for a call of `tool` (an OpenAI function description), or None if it cannot be called now."""
        name = tool["name"]
        schema = tool.get("parameters", {})
        rework = self.rework if self.rework and {"draft", "instruction"} <= set(schema.get("properties", {})) else None
        required = set(rework.fixed if rework else schema.get("required", []))
        pairs: list[tuple[str, str]] = []
        for key in schema.get("properties", {}):
            rule = reworked(rework, key) if rework else self.value(key)
            if rule is None and key in required:
                return None
            if rule is not None:
                rule_name = f"{'r' if rework else 'v'}-{dashed(key)}"
                self.rules[rule_name] = rule
                pairs.append((key, rule_name))
        if not pairs and schema.get("properties"):
            return None
        inside = self.members(f"m-{dashed(name)}", pairs, required)
        head = literal(f'{{"name": "{name}", "arguments": {{')
        self.rules[f"call-{dashed(name)}"] = f'{head} {inside} "}}}}"'
        return f"call-{dashed(name)}"

    def answer(self) -> str:
        """Words whose numbers all stand in the conversation. A listed row's numbers follow that row's name only, and
        rows are told from the first on, in their order: so what is called highest is."""
        if self.told and (self.whole or not spans.is_figures(self.told[-1])):
            return self.quotation(self.told[-1])
        rows, others = spans.rows([*self.said, *self.told])
        free = [literal(number) for number in plain(spans.numbers(others))]
        listed = [(name, values) for name, values in rows if values and plain([name])]
        if not free and not listed:
            return "[^<0-9] [^0-9<]*"
        self.words()
        self.rules["free"] = either(free) if free else "lead"
        self.rules["near"] = f"{either([literal(text) for text in JOINTS])} [£$€¥]?"
        for at, (name, values) in enumerate(listed):
            told = f"{literal(name)} near {either([literal(value) for value in values])}"
            following = f" | row{at + 1}" if at + 1 < len(listed) else ""
            self.rules[f"row{at}"] = f"{told} (gap (free gap)* (free end | lead{following}) | end)"
        return f"lead (free gap)* (free end{' | row0' if listed else ''} | lead)"

    def words(self) -> None:
        """What may stand between numbers: whole words of the conversation or of a plain list, Chinese characters, and
        marks. So no name can be garbled, and no number run into the next."""
        said = {word for text in [*self.said, *self.told] for word in _WORD.findall(text)}
        known = sorted({form for word in said | PLAIN for form in (word, word.lower(), word.capitalize())})
        self.rules["latin"] = either([literal(word) for word in known])
        self.rules["mark"] = "[^<0-9A-Za-z]"
        self.rules["lead"] = "mark* (latin mark+)*"
        self.rules["gap"] = "mark? mark? [ \\n一-鿿，。、；：（）] lead"
        self.rules["end"] = "mark* (latin mark+)* latin? mark?"

    def quotation(self, text: str) -> str:
        """The tool's statements as they stand, from the first on: the first few at least, then the model chooses. Of a
        list no row is left out, and of a proposal no line."""
        told = [line.strip() for line in text.splitlines() if line.strip()]
        if not self.whole:
            lines = sayable(told, MOST_UNITS)
            least = LEAST_LINES
        elif spans.is_worded_list(told):
            lines = sayable(told, MOST_LISTED)
            least = sum(bool(spans.ITEM.fullmatch(line)) for line in lines) + 1
        else:
            lines = sayable(told, MOST_PROPOSED, in_bytes)
            least = len(lines)
        joint = '"\\n"' if self.whole else '" "'
        for at, line in enumerate(lines):
            more = f"{joint} quote{at + 1}" if at + 1 < len(lines) else ""
            following = more if at + 1 < least else f"({more})?"
            self.rules[f"quote{at}"] = f"{literal(line)} {following if more else ''}".strip()
        return "quote0" if lines else "[^<0-9] [^0-9<]*"


def in_units(line: str) -> int:
    return sum(not unit.isspace() for unit in spans.units(line))


def in_bytes(line: str) -> int:
    return len(line.encode()) + 1


def sayable(lines: list[str], room: int, size: Callable[[str], int] = in_units) -> list[str]:
    """The first lines, as many as a reply of `room` units has room for whole; the first in any case."""
    for at, line in enumerate(lines):
        room -= size(line)
        if room < 0:
            return lines[: max(at, 1)]
    return lines


def reworked(rework: Rework, key: str) -> str | None:
    """The rule for an argument of a call that reworks a draft."""
    if key in rework.fixed:
        return literal(json.dumps(rework.fixed[key], ensure_ascii=False))
    options = plain(rework.choices.get(key, []))
    return quoted(options) if options else None


def dashed(name: str) -> str:
    return name.replace("_", "-")


def json_key(name: str) -> str:
    return f'"{name}": '


def reply_grammar(
    tools: list[dict[str, Any]],
    said: list[str],
    told: list[str],
    answering: bool,
    whole: bool = False,
    rework: Rework | None = None,
) -> str:
    """GBNF for the next reply. `answering` is true right after a tool's result: then only words may follow, and where
    it is to be quoted `whole` all of it. With `rework` a call that takes a draft reworks that one.
    """
    grammar = Grammar(said, told, whole, rework)
    grammar.rules["root"] = ""
    calls = [] if answering else [rule for tool in tools if (rule := grammar.call(tool))]
    options = [f'"<tool_call>\\n" {either(calls)} "\\n</tool_call>"'] if calls else []
    grammar.rules["answer"] = grammar.answer()
    grammar.rules["root"] = " | ".join([*options, "answer"])
    return grammar.text()
