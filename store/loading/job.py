"""What one load carries from step to step."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from store.loading.mapping import Mapping

Progress = Callable[[float, str], None]


@dataclass
class Staged:
    """A source as a relation with `_row`, unique in the source.

    `columns` are those that mappings see, with their types; `raw_columns` those of the files.
    """

    name: str
    relation: str
    columns: dict[str, str]
    raw_columns: list[str]
    is_sheet: bool
    files: list[Path]


@dataclass
class Job:
    """One load: the draft's connection with a `scratch` database and perhaps `previous` facts attached.

    `numbers_lines`: the source does not number the lines of its orders, so the loader does.
    """

    connection: duckdb.DuckDBPyConnection
    source: Path
    mapping: Mapping
    folder: Path
    timezone: str
    now: datetime
    has_previous: bool
    progress: Progress
    staged: dict[str, Staged] = field(default_factory=dict[str, Staged])
    numbers_lines: bool = False
    filled: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])

    def run(self, sql: str) -> None:
        self.connection.execute(sql)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return self.connection.execute(sql).fetchall()

    def number(self, sql: str) -> int:
        """The one whole number a query returns (NULL counts as 0)."""
        row = self.connection.execute(sql).fetchone()
        return int(row[0] or 0) if row else 0

    def described(self, query: str) -> dict[str, str]:
        """Column names and DuckDB types of a query's result."""
        return {str(row[0]): str(row[1]) for row in self.rows(f"DESCRIBE {query}")}
