"""The same estimates by the Open Bandit Pipeline, in an environment of its own (needs no part of Winback):

    python3 -m venv /tmp/obp && /tmp/obp/bin/pip install numpy scipy scikit-learn pandas tqdm pyyaml matplotlib seaborn
    /tmp/obp/bin/pip install --no-deps --ignore-requires-python obp==0.5.7
    python -m eval.offers.open_bandit --arrays /tmp/arrays
    /tmp/obp/bin/python eval/offers/open_bandit_obp.py /tmp/arrays > eval/offers/open_bandit_obp.json

Its estimators use no PyTorch, but its package imports it: an empty stand-in is enough.
"""

import json
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, patch

import numpy as np


def estimates(arrays: Path) -> dict[str, float]:
    """OBP's figures for a file of `actions`, `rewards`, `propensities` (n,), `target`, `q_hat` (n, k), `switch_at`."""
    ope = _ope()
    with np.load(arrays) as held:
        logged = {"reward": held["rewards"], "action": held["actions"], "pscore": held["propensities"]}
        logged |= {"action_dist": held["target"][:, :, None], "position": np.zeros(len(held["actions"]), dtype=int)}
        model = {"estimated_rewards_by_reg_model": held["q_hat"][:, :, None]}
        switch_at = float(held["switch_at"])
    methods = {
        "IPS": ope.InverseProbabilityWeighting(),
        "SNIPS": ope.SelfNormalizedInverseProbabilityWeighting(),
        "DM": ope.DirectMethod(),
        "DR": ope.DoublyRobust(),
        "Switch-DR": ope.SwitchDoublyRobust(lambda_=switch_at),
    }
    return {name: float(method.estimate_policy_value(**logged, **model)) for name, method in methods.items()}


@cache
def _ope() -> Any:
    """OBP's estimators. SciPy must not see the stand-in, so it is there only while OBP is being imported."""
    import_module("scipy.stats")
    torch = MagicMock()
    torch.nn.Module = torch.utils.data.Dataset = object
    stand_in = {
        "torch": torch,
        "torch.nn": torch.nn,
        "torch.nn.functional": torch.nn.functional,
        "torch.optim": torch.optim,
    }
    with patch.dict(sys.modules, stand_in):
        return import_module("obp.ope")


if __name__ == "__main__":
    found = {path.stem: estimates(path) for path in sorted(Path(sys.argv[1]).glob("*.npz"))}
    print(json.dumps(found, indent=2))
