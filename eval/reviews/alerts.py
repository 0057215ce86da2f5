"""Are planted surges of complaints heard in time, and how often is an alarm false? On demo shops of many seeds.

python -m eval.reviews.alerts [--seeds 20] [--first-seed 0] [--customers 50000] [--labels truth] [--quiet] [--json]

Every shop is replayed day by day: each day is today once, and nothing later is known.

- onset: the day of the first review that complains of the surge's aspect because of an order the surge struck.
- heard: the first day on which an alert is told as going on that is about the right aspect, on the surge's own item or
  on one that holds it (a product's category, the shop). Recall is the share heard within 7 days of the onset.
- false: an alert of whose complaints beyond the usual fewer than half come from orders that a planted surge struck,
  as it stood on the day it was raised; as a share of all alerts raised, and per month of one shop.

- ideal: the same share for a watch that knew every usual rate exactly and where to look, and had to be as strict: what
  the complaints there are allow.

`--labels truth` takes what the texts really say, `embedded` what the embedded labeller reads in them, `stars` ratings
of 1 or 2, without aspects. `--quiet` plants nothing: every alert is then false.
"""

import argparse
import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from eval.reviews.alert_labels import LABELS, labelled
from eval.reviews.alert_score import NEVER, Heard, Raised, replay
from eval.reviews.alert_shops import MONTHS, demo_reviews

CACHE = Path(tempfile.gettempdir()) / "winback-eval" / "alerts"
WITHIN = 7
_SIZES = ((1, 4), (5, 9), (10, 19), (20, 49), (50, NEVER))


def run(
    seeds: Iterable[int], customers: int, labels: str, *, planted: bool = True, cache: Path = CACHE
) -> dict[str, Any]:
    """The figures over all shops; shops and labels are kept in `cache`."""
    heard: list[Heard] = []
    raised: list[Raised] = []
    shops = reviews = 0
    for seed in seeds:
        shop = demo_reviews(customers, seed, cache, planted=planted)
        some, alerts = replay(shop, labelled(shop, labels, cache))
        heard, raised = heard + some, raised + alerts
        shops, reviews = shops + 1, reviews + shop.table.num_rows
    return {
        "suite": "reviews.alerts",
        "labels": labels,
        "shops": shops,
        "customers": customers,
        "reviews_per_shop": round(reviews / max(shops, 1)),
        **alarms(raised, shops * MONTHS),
        **(recall(heard) if heard else {}),
    }


def alarms(raised: list[Raised], months: int) -> dict[str, Any]:
    """Alerts raised and how many of them are false."""
    false = [one for one in raised if not one.explained]
    return {
        "alerts": len(raised),
        "false_alarms": len(false),
        "false_share": round(len(false) / max(len(raised), 1), 4),
        "false_per_shop_month": round(len(false) / max(months, 1), 4),
        "false_list": [_told(one) for one in false],
    }


def recall(heard: list[Heard]) -> dict[str, Any]:
    """Shares of the planted surges heard, by what they are and by how much there was to hear."""
    delays = np.array([one.delay for one in heard])
    groups = {
        surge: [one for one in heard if one.surge_id == surge] for surge in sorted({one.surge_id for one in heard})
    }
    sizes = {
        f"{low}-{high}" if high < NEVER else f"{low}+": [o for o in heard if low <= o.early <= high]
        for low, high in _SIZES
    }
    return {
        "surges": len(heard),
        "recall_7_days": _share(heard),
        "recall_7_days_exact": round(float(np.mean([one.exact <= WITHIN for one in heard])), 4),
        "recall_7_days_after_third": round(float(np.mean([one.delay - one.third <= WITHIN for one in heard])), 4),
        "recall_10_days": round(float(np.mean(delays <= 10)), 4),
        "recall_14_days": round(float(np.mean(delays <= 14)), 4),
        "recall_7_days_ideal": round(float(np.mean([one.ideal <= WITHIN for one in heard])), 4),
        "recall_ever": round(float(np.mean(delays < NEVER)), 4),
        "median_delay": float(np.median(delays)),
        "median_days_from_incident_to_onset": float(np.median([one.before for one in heard])),
        "by_surge": {name: _group(some) for name, some in groups.items()},
        "by_complaints_in_7_days": {name: _group(some) for name, some in sizes.items() if some},
        "late": [
            f"{one.shop} {one.surge_id}: {one.delay} days, {one.early} complaints in 7"
            for one in heard
            if one.delay > WITHIN
        ],
    }


def _share(heard: list[Heard]) -> float:
    return round(float(np.mean([one.delay <= WITHIN for one in heard])), 4)


def _group(heard: list[Heard]) -> dict[str, Any]:
    return {
        "surges": len(heard),
        "recall_7_days": _share(heard),
        "median_delay": float(np.median([one.delay for one in heard])),
        "median_complaints_in_7_days": float(np.median([one.early for one in heard])),
    }


def _told(one: Raised) -> str:
    alert = one.alert
    where = f"{alert.item.scope} {alert.item.id}".strip()
    return (
        f"{one.shop} {where}, aspect {alert.aspect}: {alert.complaints} for {alert.expected:.1f}, q {alert.q_value:.3f}"
    )


def show(report: dict[str, Any]) -> None:
    for key, value in report.items():
        if isinstance(value, dict):
            print(f"{key}:")
            for name, figures in value.items():
                print(f"  {name:8} " + "  ".join(f"{k} {v}" for k, v in figures.items()))
        elif isinstance(value, list):
            print(f"{key}: {len(value)}", *value, sep="\n  ")
        else:
            print(f"{key}: {value}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--customers", type=int, default=50_000)
    parser.add_argument("--labels", choices=LABELS, default="truth")
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    report = run(seeds, options.customers, options.labels, planted=not options.quiet, cache=options.cache)
    print(json.dumps(report, indent=1)) if options.json else show(report)


if __name__ == "__main__":
    main()
