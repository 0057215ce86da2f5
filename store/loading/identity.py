"""Which shop a load is for: its name, currency and time zone."""

from pathlib import Path
from typing import Any, cast

import yaml

from store.errors import WinbackError
from store.loading.mapping import Mapping, parse_mapping
from store.warehouse import FactsInfo
from store.warehouse.schema import DEMO_SHOP

_FALLBACK = {"currency": "USD", "timezone": "UTC"}
_FIELDS = ("name", "currency", "timezone")


def merged_with(before: FactsInfo | None) -> FactsInfo | None:
    """The facts a load adds to: those before, unless they are the demo shop's, which real data replaces."""
    return None if before is None or before.name == DEMO_SHOP else before


def identified(plan: Mapping, source: Path, before: FactsInfo | None, notes: list[str]) -> Mapping:
    """The plan with name, currency and time zone: its own, else SOURCE/shop.yaml's, else the shop's as it is.

    Raises WinbackError where the source belongs to another shop than `before`.
    """
    known: dict[str, str] = {key: value for key in _FIELDS if (value := getattr(plan, key))}
    known = _from_folder(source) | known
    if before is not None:
        _refuse_another_shop(known, before)
        known = {key: getattr(before, key) for key in _FIELDS} | known
    for key, value in _FALLBACK.items():
        if key not in known:
            notes.append(f"No {key} is given, so {value} is assumed; write `{key}:` in the mapping or in shop.yaml.")
    known = {"name": source.stem} | _FALLBACK | known
    return plan.model_copy(update=known)


def _from_folder(source: Path) -> dict[str, str]:
    path = source / "shop.yaml"
    if not path.is_file():
        return {}
    content = yaml.safe_load(path.read_text("utf-8"))
    if not isinstance(content, dict) or not set(cast("dict[str, Any]", content)) <= set(_FIELDS):
        raise WinbackError(f"{path} may only say name, currency and timezone.")
    checked = parse_mapping(cast("dict[str, Any]", content) | {"tables": {}}, str(path))
    return {key: value for key in _FIELDS if (value := getattr(checked, key))}


def _refuse_another_shop(known: dict[str, str], before: FactsInfo) -> None:
    for key, value in known.items():
        present = getattr(before, key)
        if present and value != present:
            raise WinbackError(
                f"This shop's {key} is {present} and the source's is {value}; "
                "load it into a folder of its own (set WINBACK_HOME)."
            )
