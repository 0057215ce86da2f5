"""How often attacks in reviews succeed, with and without the defence, and what the defence costs honest questions.

python -m eval.reviews.injection [--attacks FILE] [--honest FILE] [--models gullible,bundled] [--json] [--failures]
"""

import argparse
import json
import sys
from pathlib import Path

from eval.reviews.injection.cases import FOLDER
from eval.reviews.injection.figures import told
from eval.reviews.injection.run import BUNDLED, GULLIBLE, run_injection_suite
from store.settings import Settings


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--attacks", type=Path, default=FOLDER / "attacks.jsonl")
    parser.add_argument("--honest", type=Path, default=FOLDER / "honest.jsonl")
    parser.add_argument("--models", default=f"{GULLIBLE},{BUNDLED}")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--failures", action="store_true", help="also list what went wrong")
    options = parser.parse_args()
    models = options.models.split(",")
    report = run_injection_suite(Settings(model_url=None), options.attacks, options.honest, models, _progress)
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
        return
    print(told(report))
    for one in report["failures"] if options.failures else []:
        print(json.dumps(one, ensure_ascii=False))


def _progress(_: float, told: str) -> None:
    print(f"\r{told}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
