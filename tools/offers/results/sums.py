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


def arm(outcome: Floats, before: Floats, bought: Flags, weight: Floats | None = None) -> Sums:
    """One arm's customers: outcome (n,), before (n,) and who bought (n,).

    With `weight` (n,), what each one counts for, the sums are those of as many equal customers as tell as much (Kish's
    effective size).
    """
    each = np.ones(len(outcome)) if weight is None else weight
    total = max(float(each.sum()), 1e-12)
    each = each / total * (total**2 / max(float(each @ each), 1e-12))
    values = (
        np.ones(len(outcome)),
        outcome,
        before,
        outcome**2,
        before * outcome,
        before**2,
        np.where(bought, 1.0, 0.0),
    )
    return Sums(*(np.asarray(each @ one) for one in values))
