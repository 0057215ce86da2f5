"""Arrow columns from arrays and lists; pyarrow has no types of its own, so its name ends here."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import pyarrow  # pyright: ignore[reportMissingTypeStubs]
from numpy.typing import NDArray

from store.demo.draws import Flags, Floats, Ints

_arrow = cast("Any", pyarrow)
Column = Any
Columns = Mapping[str, Column]


def plain(values: NDArray[Any] | Sequence[str | float]) -> Column:
    """Values as they are."""
    return _arrow.array(values)


def optional(values: Floats) -> Column:
    """Numbers; NaN becomes NULL."""
    return _arrow.array(values, from_pandas=True)


def texts(values: Sequence[str]) -> Column:
    return _arrow.array(list(values), _arrow.string())


def named(codes: Ints, names: Sequence[str]) -> Column:
    """Names by code; -1 becomes NULL."""
    indices = _arrow.array(codes.astype(np.int32), mask=codes < 0)
    return _arrow.DictionaryArray.from_arrays(indices, texts(names))


def moments(midnight: np.datetime64, seconds: Ints | Floats) -> Column:
    """Timestamps, in seconds after `midnight`; infinity becomes NULL."""
    known = np.isfinite(seconds)
    whole = np.where(known, seconds, 0).astype(np.int64)
    return _arrow.array(midnight + whole.astype("timedelta64[s]"), mask=~known)


def lists(rows: Floats) -> Column:
    """A list of numbers per row."""
    return _arrow.FixedSizeListArray.from_arrays(_arrow.array(rows.ravel()), rows.shape[1])


def where(columns: Columns, kept: Flags) -> Columns:
    """The rows of all columns that are flagged."""
    mask = _arrow.array(kept)
    return {name: column.filter(mask) for name, column in columns.items()}


def table(columns: Columns) -> Any:
    """An Arrow table, for DuckDB to read."""
    return _arrow.table(dict(columns))
