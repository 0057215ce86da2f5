"""What each review of a demo shop complains about: in truth, as the embedded labeller reads it, or by its stars."""

import re
from pathlib import Path

import numpy as np

from eval.reviews.alert_shops import DemoReviews
from tools.reviews.alerts.series import Flags
from tools.reviews.labelling.embedded import EmbeddedLabeller
from tools.reviews.labels import ASPECTS, Label

LABELS = ("truth", "embedded", "stars")
_LOW = 2


def labelled(shop: DemoReviews, labels: str, cache: Path) -> Flags:
    """(reviews, 1 + aspects), the first column complaints about anything; of stars only that one."""
    if labels == "stars":
        return (shop.table["rating"].to_numpy() <= _LOW)[:, None]
    if labels == "truth":
        negative = np.array(shop.table["sentiment"].to_pylist()) == "negative"
        return np.concatenate([negative[:, None], shop.negative], axis=1)
    return _embedded(shop, cache)


def _embedded(shop: DemoReviews, cache: Path) -> Flags:
    """Kept in `cache` under the labeller's version."""
    with EmbeddedLabeller(workers=1) as labeller:
        version = re.sub(r"\W+", "-", labeller.version)
        path = cache / f"{shop.key}-{version}.npy"
        if not path.exists():
            np.save(path, np.array([_complaints(one) for one in labeller.label(shop.table["text"].to_pylist())]))
    return np.load(path)


def _complaints(label: Label) -> list[bool]:
    return [label.sentiment == "negative", *(label.aspects.get(aspect) == "negative" for aspect in ASPECTS)]
