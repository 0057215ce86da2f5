"""Whom to mail what, learned and judged: python -m eval.offers.hillstrom --train FILE [--test FILE] [--json].

Without --test a random part of --train is kept for it (--share to learn from, --seed). Files are CSV or Parquet with
the columns of the published test. --contact-cost (per e-mail, in the unit of spend) may be given several times.
"""

import argparse
import json
from pathlib import Path

from eval.offers.hillstrom.data import halves, read_trial
from eval.offers.hillstrom.report import report, words
from store.errors import WinbackError

COSTS = [0.10, 0.25, 0.50, 0.75, 1.00]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.offers.hillstrom", description=__doc__)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path)
    parser.add_argument("--contact-cost", type=float, action="append", help=f"default: {COSTS}")
    parser.add_argument("--share", type=float, default=0.7)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    if not 0 < args.share < 1 or any(not 0 <= cost < float("inf") for cost in args.contact_cost or []):
        parser.error("--share must lie between 0 and 1, and --contact-cost must not be negative")
    try:
        train = read_trial(args.train)
        train, test = (train, read_trial(args.test)) if args.test else halves(train, args.share, args.seed)
        found = report(train, test, args.contact_cost or COSTS)
    except WinbackError as error:
        raise SystemExit(str(error)) from None
    print(json.dumps(found, indent=2) if args.json else words(found))


if __name__ == "__main__":
    main()
