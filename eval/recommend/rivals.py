"""Ways to recommend that the shop's own is measured against: scores (customers, products), the higher the better."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tools.recommend.neighbours import closed_form

Scores = NDArray[np.float64]
Rival = Callable[["Past"], Callable[[NDArray[np.int64]], Scores]]
_TIE = 1e-3  # popularity decides between equals


@dataclass(frozen=True)
class Past:
    """Purchases up to the cut-off: a row per customer, order and product; `ago` in days."""

    customer: NDArray[np.int64]
    product: NDArray[np.int64]
    order: NDArray[np.int64]
    ago: NDArray[np.int64]
    customers: int
    products: int

    def matrix(self, values: NDArray[Any] | None = None, rows: NDArray[np.bool_] | None = None) -> Any:
        """(customers, products), the values of repeated purchases added up."""
        values = np.ones(len(self.customer)) if values is None else values
        kept = np.ones(len(self.customer), bool) if rows is None else rows
        at = (self.customer[kept], self.product[kept])
        return sparse.csr_matrix((values[kept], at), shape=(self.customers, self.products))

    @property
    def owned(self) -> Any:
        return (self.matrix() > 0).astype(np.float64)

    @property
    def popularity(self) -> Scores:
        """Share of customers who bought each product."""
        return np.asarray(self.owned.mean(axis=0)).ravel()


def popularity(days: int | None = None) -> Rival:
    """Customers who bought it ever, or within so many days."""

    def fit(past: Past) -> Callable[[NDArray[np.int64]], Scores]:
        rows = None if days is None else past.ago < days
        counts = np.asarray((past.matrix(rows=rows) > 0).sum(axis=0), np.float64).ravel()
        return lambda who: np.tile(counts, (len(who), 1))

    return fit


def last_basket(past: Past) -> Callable[[NDArray[np.int64]], Scores]:
    """The products of the last order again; popularity decides between them and fills up."""
    newest = np.full(past.customers, np.iinfo(np.int64).max)
    np.minimum.at(newest, past.customer, past.ago)
    day = past.ago == newest[past.customer]
    latest = np.full(past.customers, -1)
    np.maximum.at(latest, past.customer[day], past.order[day])
    matrix = past.matrix(rows=past.order == latest[past.customer])
    return lambda who: matrix[who].toarray() + _TIE * past.popularity


def frequency(half_life: float | None = None) -> Rival:
    """How often the customer bought it, each purchase counting half after so many days; popularity fills up."""

    def fit(past: Past) -> Callable[[NDArray[np.int64]], Scores]:
        matrix = past.matrix(None if half_life is None else 0.5 ** (past.ago / half_life))
        return lambda who: matrix[who].toarray() + _TIE * past.popularity

    return fit


def item_knn(near: int, weighting: str = "cosine", own: bool = False) -> Rival:
    """Sum over what is owned of the likeness to it, of the `near` most like. `own`: a product is like itself (1), so
    what is owned can come again. Weighting of owners: cosine, or BM25 as the library `implicit` has it."""

    def fit(past: Past) -> Callable[[NDArray[np.int64]], Scores]:
        owned = past.owned
        weighed = owned if weighting == "cosine" else _bm25(past.matrix())
        gram = np.asarray((weighed.T @ weighed).todense())
        length = np.sqrt(np.maximum(np.diag(gram), 1e-12))
        likeness = gram / np.outer(length, length)
        np.fill_diagonal(likeness, 1.0 if own else 0.0)
        if near < len(likeness):
            least = -np.partition(-likeness, near, axis=1)[:, near]
            likeness[likeness < least[:, None]] = 0
        return lambda who: np.asarray(owned[who] @ likeness.T)

    return fit


def _bm25(matrix: Any, k1: float = 1.2, b: float = 0.75) -> Any:
    entries = matrix.tocoo()
    length = np.asarray(matrix.sum(axis=1)).ravel()
    rarity = np.log(matrix.shape[0] / np.maximum(np.bincount(entries.col, minlength=matrix.shape[1]), 1))
    norm = (1 - b) + b * length / max(length.mean(), 1e-12)
    data = entries.data * (k1 + 1) / (k1 * norm[entries.row] + entries.data) * rarity[entries.col]
    return sparse.csr_matrix((data, (entries.row, entries.col)), shape=matrix.shape)


def ease(ridge: float, frequency_share: float = 0.0, half_life: float = 60) -> Rival:
    """The closed form alone, or with a share of the customer's own fading frequency."""

    def fit(past: Past) -> Callable[[NDArray[np.int64]], Scores]:
        owned = past.owned
        weight = closed_form(np.asarray((owned.T @ owned).todense()), ridge)
        mine = past.matrix(0.5 ** (past.ago / half_life))
        return lambda who: np.asarray(owned[who] @ weight) + frequency_share * mine[who].toarray()

    return fit


def tifu_knn(near: int, alpha: float, within: float = 0.9, between: float = 0.7, size: int = 7) -> Rival:
    """TIFU-kNN (Hu et al. 2020): baskets fade within groups of `size`, groups fade; alpha own, the rest neighbours'."""

    def fit(past: Past) -> Callable[[NDArray[np.int64]], Scores]:
        order = np.lexsort((past.order, -past.ago, past.customer))
        key = past.customer[order] * (past.order.max() + 1) + past.order[order]
        new = np.r_[True, key[1:] != key[:-1]]
        basket = np.empty(len(order), np.int64)
        basket[order] = np.cumsum(new)
        last = np.zeros(past.customers, np.int64)
        np.maximum.at(last, past.customer, basket)
        back = last[past.customer] - basket
        matrix = past.matrix(within ** (back % size) * between ** (back // size))
        orders = np.bincount(past.customer[order][new], minlength=past.customers)
        matrix = sparse.diags(1 / np.maximum(orders, 1)) @ matrix
        square = np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()

        def score(who: NDArray[np.int64]) -> Scores:
            distance = square[who][:, None] + square[None, :] - 2 * (matrix[who] @ matrix.T).toarray()
            distance[np.arange(len(who)), who] = np.inf
            best = np.argpartition(distance, near, axis=1)[:, :near]
            rows = np.repeat(np.arange(len(who)), near)
            mean = sparse.csr_matrix((np.full(best.size, 1 / near), (rows, best.ravel())), (len(who), past.customers))
            return alpha * matrix[who].toarray() + (1 - alpha) * (mean @ matrix).toarray()

        return score

    return fit


def als(factors: int, regularization: float, alpha: float) -> Rival:
    """Implicit ALS (Hu, Koren & Volinsky 2008) of the library `implicit`, which need not be installed."""

    def fit(past: Past) -> Callable[[NDArray[np.int64]], Scores]:
        from implicit.als import AlternatingLeastSquares  # pyright: ignore[reportMissingImports]

        model: Any = AlternatingLeastSquares(
            factors=factors, regularization=regularization, alpha=alpha, iterations=15, num_threads=1, random_state=0
        )
        model.fit(past.matrix(), show_progress=False)
        return lambda who: np.asarray(model.user_factors[who] @ model.item_factors.T, np.float64)

    return fit
