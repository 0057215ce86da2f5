"""Public word lists and requests used in training; the model card names their licences. Absent, they are skipped.

`WINBACK_SHARED` names the folder that holds `data/text` (default: `../shared` beside the checkout).
"""

import os
import re
from functools import cache
from pathlib import Path

import pandas as pd

TEXT = Path(os.environ.get("WINBACK_SHARED", Path(__file__).parents[2] / "shared")) / "data" / "text"
PLAIN = re.compile(r"[a-z]{3,10}")


def column(name: str, wanted: str = "text") -> pd.DataFrame | None:
    path = TEXT / f"{name}.parquet"
    return pd.read_parquet(path) if path.exists() else None


@cache
def english_words() -> list[str]:
    """Single plain words of the English WordNet list (CC BY 4.0)."""
    table = column("wordnet_synonyms_en")
    if table is None:
        return []
    return sorted({w for text in table["text"] for w in PLAIN.findall(str(text).lower())})


@cache
def chinese_words() -> list[str]:
    """Words of two to four characters of the Cilin list and of shop product phrases, as vocabulary."""
    found: set[str] = set()
    for name in ("cilin_synonyms_zh", "ecsa_product_slots_zh"):
        table = column(name)
        if table is not None:
            found.update(w for text in table["text"] for w in re.findall(r"[一-鿿]{2,4}", str(text)))
    return sorted(found)


@cache
def off_topic() -> list[tuple[str, str]]:
    """(language, request) pairs on other business: CLINC150 (CC BY 3.0), SNIPS (CC0), HWU (CC BY 4.0), no test rows."""
    rows: list[tuple[str, str]] = []
    for name in ("clinc150_en", "snips_en", "hwu_home_assistant_en"):
        table = column(name)
        if table is None:
            continue
        if "split" in table:
            table = table[~table["split"].astype(str).str.contains("test")]
        rows += [("en", str(text)) for text in table["text"].drop_duplicates() if 2 < len(str(text).split()) < 25]
    return rows
