"""Answers of a given form: a JSON schema as a grammar, so far as a model this small can keep it.

Every value is one of a few that the schema spells out (`enum`, `const`, boolean); objects and arrays hold such.
The model chooses; it cannot misspell. A schema that leaves text free is refused: what it wrote would be no use.
"""

import json
from dataclasses import dataclass, field
from typing import Any, cast

from agent.bundled.grammar import either, literal

_REMARKS = frozenset({"title", "description", "examples", "default", "$schema"})
_MOST_ITEMS = 20


class SchemaError(ValueError):
    """What this model cannot promise, as one sentence."""


@dataclass
class SchemaGrammar:
    """Collects rules. Every property is written, in the order of `properties`, without optional blank space.

    `longest` is how many bytes each rule can come to: the model never takes more tokens than that.
    """

    rules: dict[str, str] = field(default_factory=dict[str, str])
    longest: dict[str, int] = field(default_factory=dict[str, int])

    def text(self) -> str:
        return "\n".join(f"{name} ::= {body}" for name, body in self.rules.items())

    def add(self, name: str, schema: Any) -> str:
        """The name of the rule for `schema`. Raises SchemaError for what is not spelt out."""
        if not isinstance(schema, dict):
            raise SchemaError(f"{_place(name)} has no schema.")
        self.rules[name] = ""
        self.rules[name], self.longest[name] = self._body(name, cast("dict[str, Any]", schema))
        return name

    def _body(self, name: str, schema: dict[str, Any]) -> tuple[str, int]:
        if "const" in schema or "enum" in schema:
            _only(name, schema, "const", "enum", "type")
            return _choice(_values(name, schema))
        kind = schema.get("type")
        if kind == "boolean":
            _only(name, schema, "type")
            return _choice([True, False])
        if kind == "object":
            _only(name, schema, "type", "properties", "required", "additionalProperties")
            return self._object(name, schema)
        if kind == "array":
            _only(name, schema, "type", "items", "minItems", "maxItems")
            return self._array(name, schema)
        raise SchemaError(f"{_place(name)} is not spelt out; this model chooses among an enum of values only.")

    def _object(self, name: str, schema: dict[str, Any]) -> tuple[str, int]:
        properties: dict[str, Any] = schema.get("properties") or {}
        required: list[str] = schema.get("required") or []
        if missing := [one for one in required if one not in properties]:
            raise SchemaError(f"{_place(name)} requires {missing[0]!r} and does not say what it is.")
        keys = [_json(key) + ": " for key in properties]
        inner = [self.add(f"{name}-{at}", one) for at, one in enumerate(properties.values())]
        members = [f"{literal(key)} {rule}" for key, rule in zip(keys, inner, strict=True)]
        joined = ' ", " '.join(members)
        size = sum(len(key.encode()) + self.longest[rule] + 2 for key, rule in zip(keys, inner, strict=True))
        return f'"{{" {joined} "}}"', size + 2

    def _array(self, name: str, schema: dict[str, Any]) -> tuple[str, int]:
        least, most = int(schema.get("minItems", 0)), schema.get("maxItems")
        if not isinstance(most, int) or not max(least, 1) <= most <= _MOST_ITEMS:
            raise SchemaError(f"{_place(name)} has no maxItems of at most {_MOST_ITEMS}.")
        item = self.add(f"{name}-0", schema.get("items"))
        inside = f'{item} (", " {item}){{{max(least - 1, 0)},{most - 1}}}'
        return f'"[" {inside if least else f"({inside})?"} "]"', most * (self.longest[item] + 2) + 2


def schema_grammar(response_format: dict[str, Any], room: int) -> tuple[str, int]:
    """GBNF for an OpenAI `response_format`, and how many tokens the longest answer may take, at most `room`.

    Raises SchemaError where it cannot be kept.
    """
    if response_format.get("type") != "json_schema":
        raise SchemaError("This model answers in words or by a response_format of type json_schema.")
    named: dict[str, Any] = response_format.get("json_schema") or {}
    grammar = SchemaGrammar()
    longest = grammar.longest[grammar.add("root", named.get("schema"))]
    if longest > room:
        raise SchemaError(f"The schema allows answers of {longest} bytes; this model has room for {room}.")
    return grammar.text(), longest


def _choice(values: list[Any]) -> tuple[str, int]:
    written = [_json(one) for one in values]
    return either([literal(one) for one in written]), max(len(one.encode()) for one in written)


def _values(name: str, schema: dict[str, Any]) -> list[Any]:
    values: Any = [schema["const"]] if "const" in schema else schema["enum"]
    if not isinstance(values, list) or not values:
        raise SchemaError(f"{_place(name)} has an enum without values.")
    return cast("list[Any]", values)


def _only(name: str, schema: dict[str, Any], *known: str) -> None:
    if others := sorted(set(schema) - _REMARKS - set(known)):
        raise SchemaError(f"{_place(name)} uses {others[0]}, which this model cannot promise to keep.")


def _json(value: Any) -> str:
    """JSON with letters as they are; what does not print is escaped, for the engine's answer comes line by line."""
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in json.dumps(value, ensure_ascii=False))


def _place(name: str) -> str:
    return "The schema of response_format" if name == "root" else f"A part of the schema ({name})"
