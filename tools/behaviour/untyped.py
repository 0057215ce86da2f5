"""Ibis ships without type stubs: here its names are, once, untyped."""

from typing import Any

import ibis as _ibis  # pyright: ignore[reportMissingTypeStubs]

ibis: Any = _ibis
_: Any = ibis._
Table = Any
Column = Any
