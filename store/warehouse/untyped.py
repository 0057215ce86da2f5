"""Libraries without type stubs: here are their names, once, untyped."""

from typing import Any

import ibis as _ibis  # pyright: ignore[reportMissingTypeStubs]
import ibis.expr.operations as _operations  # pyright: ignore[reportMissingTypeStubs]
import pyarrow as _pa  # pyright: ignore[reportMissingTypeStubs]

ibis: Any = _ibis
operations: Any = _operations
pa: Any = _pa
RecordBatch = Any
DataFrame = Any  # Spark's
