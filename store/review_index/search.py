"""Finding reviews: by vector, by words, or by both scores together.

Fused score of a text: s v + (1 - s) w. w is its BM25 score (SQLite FTS5, k1 = 1.2, b = 0.75) divided by the highest. v
is its cosine with the query's vector plus the mean vector of the five texts best by words (Rocchio 1971, "Relevance
feedback in information retrieval"), shifted and scaled so that the nearest candidate has 1 and the farthest of the
candidates 0. What is not among the candidates of one side has 0 there. The sum is the convex combination of Bruch, Gai
and Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval" (arXiv 2210.11934). The share s, 0.2 for the
embedded embedder, was chosen on the development half of `eval/reviews/search_judged.jsonl`; the 0.5 of others is what
multilingual-e5-small wants on the reviews pooled there.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from store.errors import WinbackError
from store.review_index.embedder import Embedder
from store.review_index.rows import Hit, Mode, Where
from store.review_index.terms import match_expression
from store.review_index.text import visible
from store.review_index.vectors import Vectors, VectorStore

CANDIDATES = 100
FED_BACK = 5
FEW_TEXTS = 20_000
MOST_LOOKED_AT = 20_000
LONGEST_QUERY = 500

Scores = dict[int, float]


@dataclass
class Source:
    """What a search reads: a catalogue in one state, the vectors that belong to it, and the embedder that made them;
    where that one is out of reach, words alone must do."""

    connection: sqlite3.Connection
    vectors: VectorStore
    collection: str
    embedder: Embedder | None


def search(source: Source, query: str, limit: int, mode: Mode, where: Where) -> list[Hit]:
    """The best reviews, best first; of reviews with one text the latest alone."""
    query = visible(query, LONGEST_QUERY)
    allowed = None if where.everything else _allow(source.connection, where)
    if not query or allowed == 0:
        return []
    depth = max(CANDIDATES, 2 * limit)
    if mode == "vector":
        scores = _near(source, _embedder(source).query(query), depth, allowed)
    elif mode == "lexical" or source.embedder is None:
        scores = _worded(source, query, depth, allowed)
    else:
        worded = _worded(source, query, depth, allowed)
        near = _near(source, _fed_back(source, source.embedder.query(query), worded), depth, allowed)
        scores = _fused(near, worded, source.embedder.share)
    return _hits(source.connection, scores, where, limit)


def _fused(near: Scores, worded: Scores, share: float) -> Scores:
    least, most = min(near.values(), default=0.0), max(near.values(), default=0.0)
    best = max(worded.values(), default=0.0) or 1.0
    near = {text: (score - least) / ((most - least) or 1.0) for text, score in near.items()}
    return {
        text: share * near.get(text, 0.0) + (1 - share) * worded.get(text, 0.0) / best
        for text in near.keys() | worded.keys()
    }


def _worded(source: Source, query: str, depth: int, allowed: int | None) -> Scores:
    """Texts with any of the query's words, with their BM25 score."""
    expression = match_expression(query)
    if not expression:
        return {}
    # The plus keeps SQLite from looking every allowed text up in the full-text index, one by one.
    inside = "" if allowed is None else "AND +rowid IN (SELECT id FROM allowed)"
    rows = source.connection.execute(
        f"SELECT rowid, -rank FROM words WHERE words MATCH ? {inside} ORDER BY rank LIMIT ?", (expression, depth)
    )
    return dict(rows.fetchall())


def _embedder(source: Source) -> Embedder:
    if source.embedder is None:
        raise WinbackError("The review index was made with another embedder; run `winback refresh` to make it anew.")
    return source.embedder


def _fed_back(source: Source, vector: Vectors, worded: Scores) -> Vectors:
    """The query's vector, moved towards the texts that are best by words."""
    best = list(worded)[:FED_BACK]
    marks = ", ".join("?" * len(best))
    rows = source.connection.execute(
        "SELECT t.key FROM texts t JOIN embedded e ON e.collection = ? AND e.id = t.id "
        f"WHERE t.id IN ({marks}) ORDER BY t.id",
        [source.collection, *best],
    )
    keys = [key for (key,) in rows]
    found = source.vectors.get(source.collection, keys)
    return _unit(vector + _unit(found.mean(axis=0))) if len(found) else vector


def _unit(vector: Vectors) -> Vectors:
    return vector / max(float(vector @ vector) ** 0.5, 1e-12)


def _near(source: Source, vector: Vectors, depth: int, allowed: int | None) -> Scores:
    """Texts nearest in meaning, with their cosine. Few allowed texts are named to the store; many are picked from more
    neighbours than wanted, until there are enough."""
    known = source.vectors.count(source.collection)
    if not known:
        return {}
    if allowed is not None and allowed <= FEW_TEXTS:
        keys = _allowed_keys(source)
        found = source.vectors.nearest(source.collection, vector, min(depth, len(keys)), keys) if keys else []
        return _texts(source.connection, found)
    wanted = depth
    while True:
        found = source.vectors.nearest(source.collection, vector, min(wanted, known))
        scores = _texts(source.connection, found, only_allowed=allowed is not None)
        if len(scores) >= min(depth, CANDIDATES // 2) or wanted >= min(known, MOST_LOOKED_AT):
            return dict(list(scores.items())[:depth])
        wanted *= 4


def _allowed_keys(source: Source) -> list[str]:
    rows = source.connection.execute(
        "SELECT t.key FROM allowed a JOIN embedded e ON e.collection = ? AND e.id = a.id JOIN texts t ON t.id = a.id",
        (source.collection,),
    )
    return [key for (key,) in rows]


def _texts(connection: sqlite3.Connection, found: Iterable[tuple[str, float]], only_allowed: bool = False) -> Scores:
    """Text id -> score, in the order found; keys without a text are left out."""
    scores = dict(found)
    inside = "AND id IN (SELECT id FROM allowed)" if only_allowed else ""
    keys, ids = list(scores), dict[str, int]()
    for at in range(0, len(keys), 10_000):
        some = keys[at : at + 10_000]
        marks = ", ".join("?" * len(some))
        ids |= dict(connection.execute(f"SELECT key, id FROM texts WHERE key IN ({marks}) {inside}", some).fetchall())
    return {ids[key]: score for key, score in scores.items() if key in ids}


def _allow(connection: sqlite3.Connection, where: Where) -> int:
    """Fills the temporary table `allowed` with the texts of the reviews that may be found; how many they are."""
    connection.execute("CREATE TEMP TABLE chosen (name TEXT, value TEXT, PRIMARY KEY (name, value)) WITHOUT ROWID")
    for column, values in where.lists.items():
        connection.executemany("INSERT OR IGNORE INTO chosen VALUES (?, ?)", [(column, value) for value in values])
    condition, parameters = _condition(where)
    connection.execute("CREATE TEMP TABLE allowed (id INTEGER PRIMARY KEY)")
    done = connection.execute(f"INSERT OR IGNORE INTO allowed SELECT text FROM reviews WHERE {condition}", parameters)
    return done.rowcount


def _condition(where: Where) -> tuple[str, list[str]]:
    """SQL over `reviews` and its parameters; long lists stand in the temporary table `chosen`."""
    tests = [f"{column} IN (SELECT value FROM chosen WHERE name = '{column}')" for column in where.lists]
    parameters: list[str] = []
    for test, day in (("day >= ?", where.start), ("day < ?", where.end)):
        if day is not None:
            tests.append(test)
            parameters.append(day.isoformat())
    return " AND ".join(tests) or "true", parameters


def _hits(connection: sqlite3.Connection, scores: Scores, where: Where, limit: int) -> list[Hit]:
    condition, parameters = _condition(where)
    best = sorted(scores, key=lambda text: (-scores[text], text))[:limit]
    marks = ", ".join("?" * len(best))
    rows = connection.execute(
        f"SELECT text, review_id FROM reviews WHERE text IN ({marks}) AND {condition} ORDER BY day, review_id DESC",
        [*best, *parameters],
    )
    latest = dict(rows.fetchall())
    return [Hit(latest[text], scores[text]) for text in best if text in latest]
