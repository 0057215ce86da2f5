"""Arrays as the funnel annotates them: shapes and units stand in docstrings."""

from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]
