"""`winback reviews label` from file to file: rate and peak memory, against a plain transformer encoder.

python -m eval.bench.labelling [--reviews 1000000] [--peer PYTHON] [--json]

PYTHON is an interpreter that has torch; without one the encoder is left out. Memory is the largest sum of resident
memory over the command and its processes, sampled five times a second; pages they share count more than once. CPU
seconds stand beside wall seconds for a machine that does other work too. The encoder runs on one thread, so that none
waits for another, and is compared by CPU seconds.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from eval.bench.review_texts import source_name, write_reviews

WINBACK = [sys.executable, "-c", "from ui.cli import main; main()"]
ENCODER = Path(__file__).parents[2] / "training" / "reviews" / "plain_encoder.py"
PEER_ROWS = 300


def run(reviews: int, peer: str | None) -> dict[str, Any]:
    """Both arms' figures; the encoder's are None where it was left out, with the reason."""
    with tempfile.TemporaryDirectory(prefix="winback-bench-") as name:
        folder = Path(name)
        source = folder / "reviews.csv"
        length = write_reviews(source, reviews)
        own = label(source, folder / "labelled.csv")
        encoder, reason = encode(source, min(PEER_ROWS, reviews), peer)
    cores = len(os.sched_getaffinity(0))
    report = {
        "reviews": reviews,
        "source": source_name(),
        "mean_characters": round(length),
        "cores": cores,
        "winback": own,
    }
    ratio = encoder and round(own["rows_per_cpu_s"] / encoder["rows_per_cpu_s"], 1)
    return report | {"encoder": encoder, "left_out": reason, "times_as_fast": ratio}


def label(source: Path, out: Path) -> dict[str, Any]:
    """Runs the command in a process of its own and checks that every row came out."""
    command = ["reviews", "label", str(source), "--text", "text", "--rating", "stars", "--out", str(out), "--json"]
    environment = {key: value for key, value in os.environ.items() if key != "WINBACK_MODEL_URL"}
    before, started = _children_cpu(), time.perf_counter()
    process = subprocess.Popen(
        [*WINBACK, *command, "--home", str(out.parent / "shop")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(map(_resident_mb, _family(process.pid))))
        time.sleep(0.2)
    seconds, spent = time.perf_counter() - started, _children_cpu() - before
    said, problem = process.communicate()
    if process.returncode:
        raise SystemExit(f"winback reviews label failed: {problem}")
    report = json.loads(said)
    with out.open("rb") as handle:
        if not handle.readline() or report["rows"] == 0:
            raise SystemExit("nothing was written")
    rates = {"rows_per_s": round(report["rows"] / seconds), "rows_per_cpu_s": round(report["rows"] / spent)}
    return {
        "rows": report["rows"],
        "seconds": round(seconds, 1),
        "cpu_s": round(spent, 1),
        "peak_mb": round(peak),
        **rates,
    }


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _family(pid: int) -> list[int]:
    """The process and those it has started."""
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [pid, *(one for child in children for one in _family(child))]


def _resident_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024
    except (OSError, IndexError):
        return 0.0


def encode(source: Path, rows: int, peer: str | None) -> tuple[dict[str, Any] | None, str | None]:
    """The encoder's figures, or the reason why there are none."""
    if peer is None:
        return None, "no interpreter with torch was given (--peer)"
    command = [peer, str(ENCODER), str(source), str(rows)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        return None, f"{peer} could not run it: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}"
    found = json.loads(done.stdout)
    rates = {"rows_per_s": round(rows / found["seconds"], 1), "rows_per_cpu_s": round(rows / found["cpu_s"], 1)}
    return {**found, **rates}, None


def show(report: dict[str, Any]) -> None:
    length = f"{report['mean_characters']} characters ({report['source']})"
    print(f"{report['reviews']:,} reviews of {length}, {report['cores']} cores")
    for arm in ("winback", "encoder"):
        if found := report[arm]:
            memory = f"  peak {found['peak_mb']:,} MB" if "peak_mb" in found else f"  torch {found['torch']}"
            print(f"{arm:9} {found['rows_per_s']:>9,}/s wall  {found['rows_per_cpu_s']:>9,}/s of CPU{memory}")
    if report["left_out"]:
        print(f"The encoder is left out: {report['left_out']}.")
    else:
        print(f"On as much CPU time, winback labels {report['times_as_fast']:,} times as many.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reviews", type=int, default=1_000_000)
    parser.add_argument("--peer", metavar="PYTHON")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = run(options.reviews, options.peer)
    print(json.dumps(report)) if options.json else show(report)


if __name__ == "__main__":
    main()
