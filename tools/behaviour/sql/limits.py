"""How much a statement may ask for. One place, read by the guard, the worker and docs/sql-safety.md."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StatementLimits:
    """What a statement may look like. `scans` counts tables after every use of a CTE is written out in full."""

    characters: int = 10_000
    text_characters: int = 500
    number_characters: int = 40
    listed_values: int = 200
    brackets: int = 32
    depth: int = 120
    selects: int = 24
    joins: int = 8
    set_operations: int = 8
    ctes: int = 12
    scans: int = 32


@dataclass(frozen=True)
class RunLimits:
    """What running it may cost. Seconds, megabytes, rows and bytes of JSON; `address_mb` comes on top of the start."""

    rows: int = 1_000
    result_bytes: int = 1_000_000
    cell_characters: int = 10_000
    wall_s: float = 5.0
    cpu_s: int = 8
    memory_mb: int = 256
    address_mb: int = 512
    threads: int = 2
    nice: int = 5


STATEMENT = StatementLimits()
RUN = RunLimits()
WORKERS = 2
