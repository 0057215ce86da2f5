"""The table of n-grams: a softmax regression over the n-grams in use, fitted to the same targets as the network.

Minimised are the weighted cross entropy and an L2 penalty by L-BFGS. An n-gram's count enters times its inverse
document frequency, which is then part of its row, over the root of the number of the text's n-grams.
"""

import numpy as np
import scipy.sparse as sparse
from scipy.optimize import minimize

from tools.reviews.polarity.ngrams import BITS
from training.reviews.bags import Bags

IDF_SCALE = 6.0


def matrix(bags: Bags) -> sparse.csr_matrix:
    """(texts, slots) counts over the root of a text's number of n-grams."""
    starts = np.concatenate([[0], bags.slot_ends])
    ones = np.ones(len(bags.slots), np.float32)
    found = sparse.csr_matrix((ones, bags.slots, starts), shape=(len(bags.counts), 1 << BITS))
    found.sum_duplicates()
    return sparse.diags((1 / np.sqrt(bags.counts + 4.0)).astype(np.float32)) @ found


def fit(x: sparse.csr_matrix, targets: np.ndarray, weights: np.ndarray, cost: float, steps: int = 60) -> np.ndarray:
    """Table (slots, 3) float32; a larger `cost` fits more closely (the C of other libraries)."""
    used = np.flatnonzero(np.bincount(x.indices, minlength=x.shape[1]))
    frequency = np.bincount(x.indices, minlength=x.shape[1])[used]
    idf = ((np.log((1 + x.shape[0]) / (1 + frequency)) + 1) / IDF_SCALE).astype(np.float32)
    x = (x[:, used] @ sparse.diags(idf)).tocsr()
    turned = x.T.tocsr()
    scale = weights[:, None].astype(np.float32) * cost

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        table = flat.reshape(-1, 3).astype(np.float32)
        scores = x @ table
        scores -= scores.max(1, keepdims=True)
        log_odds = scores - np.log(np.exp(scores).sum(1, keepdims=True))
        gradient = turned @ (scale * (np.exp(log_odds) - targets)) + table
        value = -(scale * targets * log_odds).sum(dtype=np.float64) + 0.5 * np.square(table, dtype=np.float64).sum()
        return float(value), gradient.ravel().astype(np.float64)

    found = minimize(
        loss, np.zeros(3 * len(used)), jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 8}
    )
    table = np.zeros((1 << BITS, 3), np.float32)
    table[used] = found.x.reshape(-1, 3) * idf[:, None]
    return table
