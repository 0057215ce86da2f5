"""Arrow ships without type stubs: here its names are, once, untyped."""

from typing import Any

import pyarrow as _arrow  # pyright: ignore[reportMissingTypeStubs]
import pyarrow.parquet as _parquet  # pyright: ignore[reportMissingTypeStubs]

pa: Any = _arrow
pq: Any = _parquet
RecordBatch = Any
Schema = Any
DataType = Any
ARROW_ERRORS: tuple[type[Exception], ...] = (pa.ArrowException, OSError)
