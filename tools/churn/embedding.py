"""Where products stand to each other in the baskets of the same customers: a vector per product."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # pyright: ignore[reportMissingTypeStubs]
from numpy.typing import NDArray
from scipy import sparse  # pyright: ignore[reportMissingTypeStubs]
from scipy.sparse import linalg  # pyright: ignore[reportMissingTypeStubs]

from store.errors import WinbackError
from tools.behaviour.untyped import Table, _, ibis
from tools.churn.known import Known, days_before, purchase_tests

SIZE = 8
PAIRS = 1_000_000  # customer-product pairs that are read at most, the latest
PRODUCTS = 20_000  # products that get a vector at most, the most bought
_SMOOTH = 0.75  # contexts are smoothed as in word2vec (Levy, Goldberg & Dagan 2015)

_scipy: Any = sparse
_linalg: Any = linalg
_arrow: Any = pa


@dataclass(frozen=True)
class ProductVectors:
    """`ids` are n product ids, `vectors` their (n, 8) places as float64, each of length at most 1.

    Method: positive pointwise mutual information of products bought by the same customer, reduced by a truncated
    singular value decomposition (Levy & Goldberg 2014, "Neural word embedding as implicit matrix factorization").
    """

    ids: list[str]
    vectors: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def fit(cls, known: Known, size: int = SIZE) -> "ProductVectors":
        """From what all customers had bought by the cut-off. A shop with too few products gets zeros in the last
        columns, one without purchases no vectors at all."""
        customers, products, ids = _pairs(known)
        if not len(ids):
            return cls([], np.zeros((0, size)))
        return cls(ids, _reduced(_associations(customers, products, len(ids)), size))

    def save(self, path: Path) -> None:
        np.savez_compressed(path, ids=np.array(self.ids, dtype=np.str_), vectors=self.vectors)

    @classmethod
    def load(cls, path: Path) -> "ProductVectors":
        """Raises WinbackError where the file is missing or damaged."""
        try:
            with np.load(path, allow_pickle=False) as file:
                return cls([str(one) for one in file["ids"]], file["vectors"].astype(np.float64))
        except Exception as error:  # zipfile, numpy and the file system have their own
            raise WinbackError(
                f"The product vectors in {path} cannot be read; run `winback refresh` to make them again."
            ) from error

    def arrow(self) -> Any:
        """As an Arrow table: product_id, taste_1 … taste_8."""
        columns = {f"taste_{place + 1}": self.vectors[:, place] for place in range(self.vectors.shape[1])}
        return _arrow.table({"product_id": _arrow.array(self.ids, type=_arrow.string())} | columns)

    def table(self) -> Table:
        """As an Ibis table with the columns of `arrow`."""
        return ibis.memtable(self.arrow())


def _pairs(known: Known) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    """Who bought what, once each, as numbers; and the ids of the products."""
    lines = known.shop.items.filter(*purchase_tests())
    lines = lines.select("customer_id", "product_id", ago=days_before(known.cutoff, _.ordered_at))
    lines = lines.filter(_.product_id.notnull())
    counts: Any = lines.group_by("ago").aggregate(lines=_.count()).order_by("ago").to_pyarrow()
    passed = np.cumsum(counts["lines"].to_numpy())
    reach = (
        int(counts["ago"][int(np.searchsorted(passed, PAIRS))].as_py()) if len(passed) and passed[-1] > PAIRS else None
    )
    lines = lines if reach is None else lines.filter(_.ago <= reach)
    best = lines.group_by(best="product_id").aggregate(buyers=_.count())
    best = best.order_by(ibis.desc("buyers"), "best").limit(PRODUCTS)
    found: Any = lines.semi_join(best, lines.product_id == best.best)
    table: Any = found.select("customer_id", "product_id").distinct().to_pyarrow()
    customers, _people = _numbered(table["customer_id"])
    products, ids = _numbered(table["product_id"])
    return customers, products, ids


def _numbered(column: Any) -> tuple[NDArray[np.int64], list[str]]:
    ids, numbers = np.unique(np.asarray(column.to_pylist(), dtype=np.str_), return_inverse=True)
    return numbers.astype(np.int64), [str(one) for one in ids]


def _associations(customers: NDArray[np.int64], products: NDArray[np.int64], size: int) -> Any:
    """Positive pointwise mutual information; a customer of many products speaks no louder than one of two."""
    shape = (int(customers.max()) + 1, size)
    owned = _scipy.csr_matrix((np.ones(len(customers)), (customers, products)), shape=shape)
    many = np.asarray(owned.sum(axis=1)).ravel()
    together = (owned.multiply((1 / np.maximum(many - 1, 1))[:, None]).T @ owned).tocoo()
    apart = together.row != together.col
    rows, columns, counts = together.row[apart], together.col[apart], together.data[apart]
    if not len(counts):
        return _scipy.csr_matrix((size, size))
    sums = np.bincount(rows, weights=counts, minlength=size)
    context = sums**_SMOOTH
    expected = sums[rows] * context[columns] / context.sum()
    strength = np.maximum(np.log(counts / expected), 0)
    return _scipy.csr_matrix((strength, (rows, columns)), shape=(size, size))


def _reduced(matrix: Any, size: int) -> NDArray[np.float64]:
    found = np.zeros((matrix.shape[0], size))
    rank = min(size, matrix.shape[0] - 1)
    if rank < 1 or matrix.nnz == 0:
        return found
    left, strength, _right = _linalg.svds(matrix, k=rank, v0=np.ones(matrix.shape[0]), solver="arpack")
    order = np.argsort(-strength)
    left = left[:, order] * np.sqrt(strength[order])
    largest = left[np.abs(left).argmax(axis=0), np.arange(rank)]
    found[:, :rank] = left * np.where(largest < 0, -1, 1)
    length = np.linalg.norm(found, axis=1).max()
    return found / length if length > 0 else found
