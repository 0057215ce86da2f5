"""Pandas' own types are not strict: here its name is, untyped."""

from importlib import import_module
from typing import Any

pd: Any = import_module("pandas")
Frame = Any
