"""Which products go together: for each one those its buyers also buy, as a closed-form model weighs them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # pyright: ignore[reportMissingTypeStubs]
from scipy.linalg import lapack  # pyright: ignore[reportMissingTypeStubs]

CORE = 5000  # products in the closed form: it inverts a matrix of CORE x CORE (200 MB, about 1 GB while it runs)
TAIL = 50_000  # products beyond that have neighbours by how often they are bought together
NEAR = 100  # neighbours kept of each product
RIDGE = 200.0
_TAIL_NEAR = 20
_BLOCK = 1000  # rows multiplied at a time

_sparse: Any = sparse
_lapack: Any = lapack
Floats = NDArray[np.float64]
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Neighbours:
    """Three (n, n) sparse matrices from a product that is owned (row) to one that may be wanted (column).

    weight: of EASE (Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data": a linear model of what a
    customer owns from all else they own, in closed form); 0 beyond the core. likeness: cosine of the customers of both.
    together: customers who bought both.
    """

    weight: Any
    likeness: Any
    together: Any

    @classmethod
    def fit(cls, baskets: Any, core: int = CORE) -> "Neighbours":
        """`baskets` (customers, n) are ones where a customer bought a product, products most bought first."""
        size = baskets.shape[1]
        core = min(core, size)
        buyers = np.asarray(baskets.sum(axis=0), np.float64).ravel()
        inner, columns, counts, weights = _core(baskets[:, :core])
        far = _tail(baskets, buyers, core)
        rows, columns = np.concatenate([inner, far[0]]), np.concatenate([columns, far[1]])
        counts, weights = np.concatenate([counts, far[2]]), np.concatenate([weights, np.zeros(len(far[0]))])
        likeness = counts / np.sqrt(buyers[rows] * buyers[columns])
        at = (rows, columns)
        columned = (values.astype(np.float32) for values in (weights, likeness, counts))
        return cls(*(_sparse.csr_matrix((values, at), shape=(size, size)) for values in columned))

    def arrays(self) -> Arrays:
        """All three have the same places."""
        return {
            "near_rows": self.weight.indptr,
            "near_columns": self.weight.indices,
            "near_weight": self.weight.data,
            "near_likeness": self.likeness.data,
            "near_together": self.together.data,
        }

    @classmethod
    def restored(cls, arrays: Arrays) -> "Neighbours":
        rows, columns = arrays["near_rows"], arrays["near_columns"]
        size = len(rows) - 1
        return cls(
            *(
                _sparse.csr_matrix((arrays[f"near_{name}"], columns, rows), shape=(size, size))
                for name in ("weight", "likeness", "together")
            )
        )


def closed_form(gram: Floats, ridge: float = RIDGE) -> Floats:
    """EASE: B = I - P / diag(P) by columns, with P the inverse of the Gram matrix plus the ridge. Diagonal 0."""
    regular = np.array(gram, np.float64, order="F")
    regular[np.diag_indices_from(regular)] += ridge
    factor, _info = _lapack.dpotrf(regular, lower=True, overwrite_a=True)
    half, _info = _lapack.dpotri(factor, lower=True, overwrite_c=True)
    inverse: Floats = np.tril(half)
    inverse += np.tril(inverse, -1).T
    inverse /= -np.diag(inverse).copy()
    np.fill_diagonal(inverse, 0)
    return inverse


def _core(baskets: Any) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats, Floats]:
    """Of each product the neighbours of most weight: rows, columns, customers of both, weights."""
    gram = np.asarray((baskets.T @ baskets).todense(), np.float64)
    weight = closed_form(gram)
    keep = min(NEAR, len(gram) - 1)
    if keep < 1:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0)
    best = np.argpartition(-weight, keep - 1, axis=1)[:, :keep]
    rows, columns = np.repeat(np.arange(len(gram)), keep), best.ravel()
    real = (weight[rows, columns] > 0) & (gram[rows, columns] > 0)
    rows, columns = rows[real], columns[real]
    return rows, columns, gram[rows, columns], weight[rows, columns]


def _tail(baskets: Any, buyers: Floats, core: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Pairs with a product beyond the core, of at least two customers, both ways: rows, columns, customers of both."""
    end = min(baskets.shape[1], TAIL)
    whole = baskets[:, :end].tocsr()
    blocks = [_far(whole, buyers, start, min(start + _BLOCK, end)) for start in range(core, end, _BLOCK)]
    rows, columns, counts = (np.concatenate([block[at] for block in blocks] or [np.zeros(0)]) for at in range(3))
    first, second = np.concatenate([rows, columns]), np.concatenate([columns, rows])
    _unique, once = np.unique(first * baskets.shape[1] + second, return_index=True)
    both = np.concatenate([counts, counts])[once]
    return first[once].astype(np.int64), second[once].astype(np.int64), both.astype(np.float64)


def _far(baskets: Any, buyers: Floats, start: int, end: int) -> tuple[Any, Any, Any]:
    together = (baskets[:, start:end].T @ baskets).tocoo()
    real = (together.data > 1) & (together.row + start != together.col)
    rows, columns, counts = together.row[real] + start, together.col[real], together.data[real]
    likeness = counts / np.sqrt(buyers[rows] * buyers[columns])
    order = np.lexsort((columns, -likeness, rows))
    ordered: NDArray[np.int64] = rows[order]
    nth = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    chosen = order[nth < _TAIL_NEAR]
    return rows[chosen], columns[chosen], counts[chosen]
