"""The process that runs the model's SQL: a script with an empty environment, the standard library and DuckDB.

A host attaches the files once, on a single thread, so that it may fork. Each statement runs in a child of its own, a
fresh copy of that DuckDB, which ends with it; the next child gets ready while nobody waits. A child gives up, for good,
the right to open anything more (RLIMIT_NOFILE 0: no file, socket or library, for reading or writing, whatever the
statement finds to ask for), and the kernel ends it at the wall-clock limit, deaf or not. Frames on stdin and stdout are
four bytes of length, then JSON.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from importlib import import_module
from typing import Any, cast

import duckdb

import_module("uuid")  # DuckDB wants it at its first UUID, when no file can be opened any more

Setup = dict[str, Any]
MARK = "… (cut)"
LOCKDOWN = (
    "SET timezone = 'UTC'",
    "SET temp_directory = ''",
    "SET home_directory = '/'",
    "SET python_enable_replacements = false",
    "SET allow_community_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
UNANSWERED = frozenset({"current_setting", "getvariable", "current_query", "write_log"})


class Refused(Exception):
    """The engine's own parser finds something that is not one plain SELECT over the tables."""


class Child:
    """A process that waits for one statement."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, setup: Setup) -> None:
        request_there, self.request = os.pipe()
        self.answer, answer_there = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                for handle in (0, 1, self.request, self.answer):
                    os.close(handle)
                serve_one(connection, setup, request_there, answer_there)
            finally:
                os._exit(0)
        os.close(request_there)
        os.close(answer_there)

    def run(self, sql: str) -> dict[str, Any]:
        """What it answers, or what ended it. Raises BrokenPipeError where it was gone before."""
        write_frame(self.request, {"sql": sql})
        answer = read_frame(self.answer)
        ended = self.close()
        if answer is not None:
            return answer
        return failure("Timeout" if ended in (-signal.SIGALRM, -signal.SIGXCPU) else "Crash")

    def close(self) -> int:
        """Its exit status; one that still waits ends as its request pipe closes."""
        os.close(self.request)
        os.close(self.answer)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def main() -> None:
    setup: Setup = {}
    connection: duckdb.DuckDBPyConnection | None = None
    ready: Child | None = None
    while (request := read_frame(0)) is not None:
        if ready is None or connection is None or setup != request["setup"]:
            if ready is not None:
                ready.close()
            setup, ready = request["setup"], None
            try:
                connection = attached(setup)
            except duckdb.Error as error:
                write_frame(1, failure(type(error).__name__, str(error)))
                continue
        child = ready or Child(connection, setup)
        try:
            answer = child.run(request["sql"])
        except BrokenPipeError:
            child.close()
            answer = Child(connection, setup).run(request["sql"])
        write_frame(1, answer)
        ready = Child(connection, setup)


def serve_one(connection: duckdb.DuckDBPyConnection, setup: Setup, requests: int, answers: int) -> None:
    limit_process(setup)
    lock(connection, setup)
    screen(connection, "SELECT 1", set())
    request = read_frame(requests)
    if request is not None:
        signal.setitimer(signal.ITIMER_REAL, setup["wall_s"])
        write_frame(answers, answered(connection, request["sql"], setup))


def attached(setup: Setup) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that sees the files' tables by bare name, read-only. It starts no thread: it is forked."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": "1",
            "async_threads": "0",
            "memory_limit": f"{setup['memory_mb']}MB",
            "max_execution_time": str(int(setup["wall_s"] * 900)),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    for alias, path in setup["files"].items():
        quoted = path.replace("'", "''")
        connection.execute(f"ATTACH '{quoted}' AS {alias} (READ_ONLY)")
    for alias, tables in setup["tables"].items():
        for table in tables:
            connection.execute(f"CREATE VIEW memory.main.{table} AS FROM {alias}.main.{table}")
    return connection


def limit_process(setup: Setup) -> None:
    os.nice(setup["nice"])
    if sys.platform == "linux":
        with open("/proc/self/statm") as handle:
            pages = int(handle.read().split()[0])
        address = pages * resource.getpagesize() + setup["address_mb"] * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (address, address))
    resource.setrlimit(resource.RLIMIT_CPU, (setup["cpu_s"], setup["cpu_s"] + 1))
    for nothing in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NOFILE):
        resource.setrlimit(nothing, (0, 0))


def lock(connection: duckdb.DuckDBPyConnection, setup: Setup) -> None:
    connection.execute(f"SET threads = {int(setup['threads'])}")
    for statement in LOCKDOWN:
        connection.execute(statement)


def answered(connection: duckdb.DuckDBPyConnection, sql: str, setup: Setup) -> dict[str, Any]:
    try:
        screen(connection, sql, {name for names in setup["tables"].values() for name in names})
        connection.execute(sql)
        return table(connection, setup)
    except (duckdb.Error, Refused) as error:
        return failure(type(error).__name__, str(error))
    except (MemoryError, RuntimeError):
        return failure("OutOfMemoryException")


def screen(connection: duckdb.DuckDBPyConnection, sql: str, tables: set[str]) -> None:
    """A second opinion, by DuckDB's own parser, on what the statement is and where it reads."""
    row = connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchone()
    tree: dict[str, Any] = json.loads(row[0]) if row else {"error": True}
    if tree["error"] or len(tree["statements"]) != 1:
        raise Refused("not one SELECT")
    nodes = list(objects(tree))
    tables = tables | {entry["key"] for node in nodes for entry in node.get("cte_map", {}).get("map", [])}
    for node in nodes:
        kind = node.get("type")
        if kind in ("TABLE_FUNCTION", "SHOW_REF", "RECURSIVE_CTE_NODE"):
            raise Refused(str(kind))
        if kind == "BASE_TABLE" and (node["schema_name"] or node["table_name"].lower() not in tables):
            raise Refused("not a table of the shop")
        if kind == "FUNCTION" and node["function_name"].lower() in UNANSWERED:
            raise Refused("not a function for statements")


def objects(node: Any) -> Iterator[dict[str, Any]]:
    stack: list[Any] = [node]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            found = cast(dict[str, Any], node)
            yield found
            stack.extend(found.values())
        elif isinstance(node, list):
            stack.extend(cast(list[Any], node))


def table(connection: duckdb.DuckDBPyConnection, setup: Setup) -> dict[str, Any]:
    """Columns, types and rows up to the limits; `cut` names the limit that was met."""
    description = connection.description or []
    rows: list[list[Any]] = []
    size, cut = 0, None
    while cut is None and (batch := connection.fetchmany(100)):
        for raw in batch:
            row = [plain(value, setup["cell_characters"]) for value in raw]
            size += len(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace"))
            cut = "rows" if len(rows) == setup["rows"] else "bytes" if size > setup["result_bytes"] else None
            if cut:
                break
            rows.append(row)
    types = [str(column[1]) for column in description]
    return {"columns": [column[0] for column in description], "types": types, "rows": rows, "cut": cut}


def plain(value: Any, characters: int) -> Any:
    """A value that JSON can hold: decimals become numbers, moments ISO text."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else float(value)
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if isinstance(value, (date, time, datetime)):
        return value.isoformat()
    if isinstance(value, (list, tuple, dict)):
        value = json.dumps(value, ensure_ascii=False, default=str)
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= characters else text[:characters] + MARK


def failure(kind: str, message: str = "") -> dict[str, Any]:
    return {"error": {"kind": kind, "message": message[:4000]}}


def read_frame(handle: int) -> dict[str, Any] | None:
    """The next frame, or None where the other side has gone."""
    head = read_exactly(handle, 4)
    body = read_exactly(handle, int.from_bytes(head, "big")) if head else None
    return json.loads(body) if body else None


def read_exactly(handle: int, size: int) -> bytes | None:
    parts: list[bytes] = []
    while size > 0:
        part = os.read(handle, min(size, 65536))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def write_frame(handle: int, message: Any) -> None:
    body = json.dumps(message).encode()
    data = memoryview(len(body).to_bytes(4, "big") + body)
    while data:
        data = data[os.write(handle, data) :]


if __name__ == "__main__":
    main()
