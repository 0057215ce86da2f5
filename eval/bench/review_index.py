"""What the review index costs: building, searching, following 1 % of new reviews; beside a named peer.

python -m eval.bench.review_index [--reviews 100000] [--peer-reviews 10000] [--json]

The reviews are the real ones of the shared data, each with a phrase of its own, so that no two texts are equal. The
peer is what people put together for the same: Chroma and rank_bm25, fused by reciprocal ranks as LangChain's
EnsembleRetriever does, with the same embedder and the same words. CPU times count this process on all its threads.
"""

import argparse
import json
import random
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from eval.bench.source import SHARED
from eval.reviews.search import SOURCES, read_queries
from store.review_index import MODES, ReviewIndex, ReviewRow, Where
from store.review_index.embedder import embedded
from store.settings import Settings

PRODUCTS = 2000
BATCH = 2000
ROUNDS = 60


def reviews(count: int, data: Path, first: int = 0) -> Iterator[ReviewRow]:
    """Half English, half Chinese; product p1 is rare (one review in 20,000)."""
    rng = random.Random(f"reviews from {first}")
    texts = {
        language: pd.read_parquet(data / name, columns=[column])[column].dropna().tolist()
        for language, (name, column) in SOURCES.items()
    }
    for place in range(first, first + count):
        language = ("en", "zh")[place % 2]
        own = f" ref {place}" if language == "en" else f"，第{place}单"
        text = rng.choice(texts[language]) + own
        product = "p1" if place % 20_000 == 0 else f"p{rng.randrange(2, PRODUCTS)}"
        day = date(2026, 1, 1) + timedelta(rng.randrange(300))
        yield ReviewRow(
            f"r{place}", text, product, f"c{place % 5000}", day, language, rng.choice(("negative", "positive"))
        )


def batched(rows: Sequence[ReviewRow]) -> Iterator[Sequence[ReviewRow]]:
    return (rows[at : at + BATCH] for at in range(0, len(rows), BATCH))


def timed(work: Callable[[], Any]) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return {"wall_s": round(time.perf_counter() - wall, 2), "cpu_s": round(time.process_time() - cpu, 2)}


def run(count: int, data: Path, folder: Path) -> dict[str, Any]:
    index = ReviewIndex.open(folder, Settings(home=folder, embedder_url=None))
    rows = list(reviews(count, data))
    report: dict[str, Any] = {"reviews": count, "build": timed(lambda: index.sync(batched(rows)))}
    report["nothing_new"] = timed(lambda: index.sync(batched(rows)))
    more = [*rows, *reviews(count // 100, data, count)]
    report["one_percent_new"] = timed(lambda: index.sync(batched(more)))
    report["one_percent_ratio"] = round(report["one_percent_new"]["cpu_s"] / report["build"]["cpu_s"], 4)
    relabelled = [ReviewRow(r.review_id, r.text, r.product, r.customer, r.day, r.language, "neutral") for r in more]
    report["all_relabelled"] = timed(lambda: index.sync(batched(relabelled)))
    report["disk_mb"] = round(sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6)
    report["query_ms"] = {mode: spread(lambda q, m=mode: index.search(q, mode=m)) for mode in MODES}
    filters = {
        "rare_product": Where(products=["p1"]),
        "one_product": Where(products=["p7"]),
        "one_month": Where(start=date(2026, 3, 1), end=date(2026, 4, 1)),
        "one_language": Where(languages=["zh"]),
    }
    for name, where in filters.items():
        report["query_ms"][f"fused, {name}"] = spread(lambda q, w=where: index.search(q, where=w))
    report["peak_memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)
    return report


def spread(search: Callable[[str], Any]) -> dict[str, float]:
    """Median and 95th percentile in milliseconds over the judged queries, after a warm-up."""
    queries = [one.query for one in read_queries()]
    random.Random(1).shuffle(queries)
    for query in queries[:3]:
        search(query)
    times: list[float] = []
    for query in queries[:ROUNDS]:
        begun = time.perf_counter()
        search(query)
        times.append((time.perf_counter() - begun) * 1e3)
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    return {"p50": round(statistics.median(times), 1), "p95": round(cuts[-1], 1)}


def peer(count: int, data: Path, folder: Path) -> dict[str, Any]:
    """The same reviews in Chroma and rank_bm25, which must be installed for it."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings
    from rank_bm25 import BM25Okapi

    from store.review_index.terms import terms

    rows = list(reviews(count, data))
    embedder = embedded()
    texts = [row.text or "" for row in rows]
    held: dict[str, Any] = {}

    def build() -> None:
        client = chromadb.PersistentClient(str(folder), ChromaSettings(anonymized_telemetry=False))
        collection = client.create_collection("peer", embedding_function=None)
        for at in range(0, count, BATCH):
            vectors = embedder.passages(texts[at : at + BATCH])
            collection.add(ids=[row.review_id for row in rows[at : at + BATCH]], embeddings=vectors)
        held["collection"] = collection
        held["bm25"] = BM25Okapi([terms(text).lower().split() for text in texts])

    def search(query: str) -> list[str]:
        near = held["collection"].query(query_embeddings=embedder.query(query)[None], n_results=100, include=[])["ids"][
            0
        ]
        scores = held["bm25"].get_scores(terms(query).lower().split())
        worded = [rows[place].review_id for place in scores.argsort()[::-1][:100]]
        fused: dict[str, float] = {}
        for found in (near, worded):
            for rank, key in enumerate(found, 1):
                fused[key] = fused.get(key, 0.0) + 0.5 / (60 + rank)
        return sorted(fused, key=lambda key: -fused[key])[:10]

    return {"reviews": count, "build": timed(build), "query_ms": spread(search)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--reviews", type=int, default=100_000)
    parser.add_argument("--peer-reviews", type=int, default=0, help="how many reviews the peer gets; 0 leaves it out")
    parser.add_argument("--data", type=Path, default=SHARED / "data")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="winback-index-"))
    try:
        report = {"index": run(options.reviews, options.data, folder / "index")}
        if options.peer_reviews:
            report["peer"] = peer(options.peer_reviews, options.data, folder / "peer")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(report) if options.json else json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
