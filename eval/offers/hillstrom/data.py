"""The randomised e-mail test as logs: who was mailed what with probability 1/3 each, and what came of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from store.errors import WinbackError
from tools.offers.off_policy import Log, make_log
from tools.offers.off_policy.log import Floats, Ints

ARMS = ("No E-Mail", "Mens E-Mail", "Womens E-Mail")
SHORT = ("none", "men", "women")
_NUMBERS = ("recency", "history", "mens", "womens", "newbie", "visit", "spend")
_PLACES = ("Rural", "Surburban", "Urban")
_CHANNELS = ("Multichannel", "Phone", "Web")
_COLUMNS = (*_NUMBERS, "zip_code", "channel", "segment")


@dataclass(frozen=True)
class Trial:
    """n customers: each one's arm (place in ARMS), whether a visit came, what was spent, what was known before."""

    arms: Ints
    visits: Floats
    spend: Floats
    context: Floats

    def __len__(self) -> int:
        return len(self.arms)

    def part(self, rows: Any) -> "Trial":
        return Trial(self.arms[rows], self.visits[rows], self.spend[rows], self.context[rows])

    def rewards(self, contact_cost: float | None) -> Floats:
        """Visits, or with a contact cost spend net of it (nothing is spent on contacts in the arm without e-mail)."""
        return self.visits if contact_cost is None else self.spend - contact_cost * (self.arms > 0)

    def log(self, contact_cost: float | None) -> Log:
        even = np.full((len(self), len(ARMS)), 1 / len(ARMS))
        return make_log(self.arms, self.rewards(contact_cost), even[:, 0], self.context, logging=even)


def read_trial(path: Path) -> Trial:
    """The test's rows from CSV or Parquet with the published columns. WinbackError in one sentence where the file
    cannot be read, lacks a column or a value, or names an unknown arm."""
    rows = _rows(path)
    missing = [name for name in _COLUMNS if name not in rows]
    if missing:
        raise WinbackError(f"{path} lacks {', '.join(missing)}; the columns of the published test are needed.")
    if rows.empty:
        raise WinbackError(f"{path} has no rows.")
    numbers = rows[list(_NUMBERS)].apply(pd.to_numeric, errors="coerce")
    if not np.isfinite(numbers.to_numpy(dtype=np.float64)).all():
        bad = [name for name in _NUMBERS if not np.isfinite(numbers[name].to_numpy(dtype=np.float64)).all()]
        raise WinbackError(f"{path} has values in {', '.join(bad)} that are no numbers; correct or remove these rows.")
    unknown = sorted({str(arm) for arm in rows["segment"]} - set(ARMS))
    if unknown:
        raise WinbackError(f"{path} has the unknown segment {unknown[0]!r}; known are {', '.join(ARMS)}.")
    arms = rows["segment"].map({arm: place for place, arm in enumerate(ARMS)}).to_numpy(dtype=np.int64)
    return Trial(arms, numbers["visit"].to_numpy(float), numbers["spend"].to_numpy(float), _context(rows, numbers))


def halves(trial: Trial, share: float, seed: int) -> tuple[Trial, Trial]:
    """A random `share` of the customers, and the others."""
    order = np.random.default_rng(seed).permutation(len(trial))
    cut = round(share * len(trial))
    return trial.part(order[:cut]), trial.part(order[cut:])


def _rows(path: Path) -> Any:
    if not path.is_file():
        raise WinbackError(f"{path} is not a file; name a CSV or Parquet file with the test's rows.")
    try:
        return pd.read_csv(path) if path.suffix.lower() in (".csv", ".txt") else pd.read_parquet(path)
    except (ValueError, OSError, UnicodeDecodeError, pd.errors.ParserError) as error:
        why = (str(error).splitlines() or ["unknown format"])[0]
        raise WinbackError(f"{path} cannot be read as CSV (.csv) or Parquet: {why}") from None


def _context(rows: Any, numbers: Any) -> Floats:
    """Known before the e-mail: recency (months), log of last year's spend, what was bought, newcomer, place, channel.
    A place or channel never seen is neither of the known ones."""
    parts = [numbers["recency"], np.log1p(numbers["history"].clip(lower=0)), numbers["mens"], numbers["womens"]]
    parts += [numbers["mens"] * numbers["womens"], numbers["newbie"]]
    parts += [rows["zip_code"] == place for place in _PLACES] + [rows["channel"] == name for name in _CHANNELS]
    return np.column_stack([np.asarray(part, dtype=np.float64) for part in parts])
