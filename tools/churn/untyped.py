"""PyArrow ships without type stubs: here its names are, once, untyped."""

from typing import Any

import pyarrow as _pa  # pyright: ignore[reportMissingTypeStubs]
import pyarrow.compute as _pc  # pyright: ignore[reportMissingTypeStubs]

pa: Any = _pa
pc: Any = _pc
