"""The mapping: how a source's columns become canonical tables. Read from YAML, checked before anything runs."""

from pathlib import Path
from typing import Any, Literal, Self, cast
from zoneinfo import available_timezones

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from store.errors import WinbackError
from store.loading.expressions import check_expression
from store.warehouse.schema import FACTS

Kind = Literal["text", "id", "integer", "number", "money", "timestamp", "json"]
PRESETS = Path(__file__).parent / "presets"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True, coerce_numbers_to_str=True)


class Field_(_Strict):
    """A typed column of a source: a cell that does not fit rejects its line. `aka` lists other header names."""

    type: Kind = "text"
    formats: list[str] = []
    required: bool = False
    aka: list[str] = []


class RejectRule(_Strict):
    """Lines for which the SQL condition `when` holds are rejected with `reason`."""

    when: str
    reason: str

    @field_validator("when")
    @classmethod
    def _one_expression(cls, value: str) -> str:
        return check_expression(value)


class Source(_Strict):
    """Where lines come from: files under SOURCE by name or pattern (default: SOURCE itself), or a sheet."""

    file: list[str] = []
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    timezone: str | None = None
    columns: dict[str, Field_] = {}
    reject: list[RejectRule] = []

    @field_validator("file", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        return None if value is None else known_timezone(value)


class Column(_Strict):
    """A canonical column: a source column's name, or an SQL expression over the source's columns."""

    sql: str
    formats: list[str] = []

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return value if isinstance(value, dict) else {"sql": str(value)}  # pyright: ignore[reportUnknownVariableType]

    @field_validator("sql")
    @classmethod
    def _one_expression(cls, value: str) -> str:
        return check_expression(value)


class Join(_Strict):
    """Another source whose columns the expressions may use: of its rows at most one may `match` a line."""

    source: str
    match: str

    @field_validator("match")
    @classmethod
    def _one_expression(cls, value: str) -> str:
        return check_expression(value)


class Table(_Strict):
    """How one canonical table is filled: a row for each line, or for each group of lines (`group_by`)."""

    from_: str = Field(alias="from")
    columns: dict[str, Column]
    where: str | None = None
    group_by: list[str] = []
    join: list[Join] = []

    @field_validator("where")
    @classmethod
    def _one_expression(cls, value: str | None) -> str | None:
        return None if value is None else check_expression(value)

    @field_validator("group_by", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    @field_validator("group_by")
    @classmethod
    def _expressions(cls, value: list[str]) -> list[str]:
        return [check_expression(item) for item in value]


class Mapping(_Strict):
    """A whole mapping. With `missing_columns: skip`, columns and files the source lacks are left out if optional, and
    declared columns go by their usual names too. With `unknown_prices`, items without a price are loaded, and an order
    that holds one has no total.
    """

    name: str | None = None
    currency: str | None = Field(None, pattern=r"^[A-Z]{3}$")
    timezone: str | None = None
    missing_columns: Literal["error", "skip"] = "error"
    unknown_prices: bool = False
    sources: dict[str, Source] = {}
    tables: dict[str, Table]

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        return None if value is None else known_timezone(value)

    @model_validator(mode="before")
    @classmethod
    def _lift_inline_sources(cls, value: dict[str, Any]) -> dict[str, Any]:
        """A table may name its file itself; that is a source of the table's name."""
        sources: dict[str, Any] = dict(value.get("sources") or {})
        given: dict[str, dict[str, Any]] = value.get("tables") or {}
        tables = {name: dict(table) for name, table in given.items()}
        for name, table in tables.items():
            if "from" not in table:
                own = {key: table.pop(key) for key in [*table] if key in Source.model_fields and key != "columns"}
                sources[name] = own
                table["from"] = name
        return value | {"sources": sources, "tables": tables}

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        for name, table in self.tables.items():
            if name not in FACTS:
                raise ValueError(f"there is no table {name}; the tables are {', '.join(FACTS)}")
            for column in table.columns:
                if column not in FACTS[name]:
                    raise ValueError(f"{name} has no column {column}; it has {', '.join(FACTS[name])}")
            for source in (table.from_, *(join.source for join in table.join)):
                if source not in self.sources:
                    raise ValueError(f"{name} takes from {source}, which is not among the sources")
        return self

    def as_yaml(self) -> str:
        """The mapping as a file that `--mapping` takes."""
        content = self.model_dump(by_alias=True, exclude_defaults=True)
        for table in content["tables"].values():
            columns = table["columns"]
            table["columns"] = {name: item["sql"] if len(item) == 1 else item for name, item in columns.items()}
        return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def known_timezone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name} is no time zone; write one such as Europe/London")
    return name


def read_mapping(path: Path) -> Mapping:
    """The mapping in a YAML file. Raises WinbackError with one sentence that says where it is wrong."""
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        raise WinbackError(f"There is no mapping {path}; name a YAML file that exists.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise WinbackError(f"{path} is not valid YAML: {_first_line(error)}.") from None
    if not isinstance(content, dict) or "tables" not in content:
        raise WinbackError(f"{path} is no mapping; it must have `tables:` with the columns of each.")
    return parse_mapping(cast("dict[str, Any]", content), str(path))


def parse_mapping(content: dict[str, Any], label: str) -> Mapping:
    """A mapping from plain data; `label` names it in the error."""
    try:
        return Mapping.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        raise WinbackError(f"The mapping {label} is not right{' at ' + where if where else ''}: {reason}.") from None


def preset_names() -> list[str]:
    return sorted(path.stem for path in PRESETS.glob("*.yaml"))


def read_preset(name: str) -> Mapping:
    """A mapping shipped with Winback. Raises WinbackError naming the presets there are."""
    if name not in preset_names():
        raise WinbackError(f"There is no preset {name}; the presets are {', '.join(preset_names())}.")
    return read_mapping(PRESETS / f"{name}.yaml")


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
