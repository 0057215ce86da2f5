from pathlib import Path

from store.loading.mapping import Mapping


def infer_mapping(source: Path) -> Mapping: ...
