"""What a comparison needs to know of one arm: sums, so that looking again as customers come in costs nothing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Sums:
    """Sums over the customers of one arm; scalars, or arrays of any one shape for many looks at once.

    `n` customers, `y` their outcome, `x` what it was before; `yy`, `xy`, `xx` sums of products; `buyers` whose outcome
    is not zero.
    """

    n: Floats
    y: Floats
    x: Floats
    yy: Floats
    xy: Floats
    xx: Floats
    buyers: Floats

    @property
    def mean(self) -> Floats:
        return self.y / np.maximum(self.n, 1)

    @property
    def before(self) -> Floats:
        return self.x / np.maximum(self.n, 1)

    @property
    def spread(self) -> tuple[Floats, Floats, Floats]:
        """Sums of products around the means: yy, xy, xx."""
        size = np.maximum(self.n, 1)
        yy, xy, xx = self.yy - self.y**2 / size, self.xy - self.x * self.y / size, self.xx - self.x**2 / size
        return np.maximum(yy, 0), xy, np.maximum(xx, 0)


def arm(outcome: Floats, before: Floats, bought: Flags) -> Sums:
    """One arm's customers: outcome (n,), before (n,) and who bought (n,)."""
    size, buyers = np.float64(len(outcome)), np.float64(np.count_nonzero(bought))
    products = (outcome @ outcome, before @ outcome, before @ before)
    return Sums(*(np.asarray(one) for one in (size, outcome.sum(), before.sum(), *products, buyers)))
