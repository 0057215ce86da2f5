"""The process of a refresh: `python -m ui.app.jobs.child HOME`. Says how it ended in its last line."""

import json
import os
import sys

from ui.cli import main


def run(home: str) -> None:
    """Runs `winback refresh` with little claim to the processor."""
    os.nice(10)
    sys.argv = ["winback", "refresh", "--home", home, "--progress-lines"]
    code = 1
    try:
        main()
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else int(left.code is not None)
    finally:
        print(json.dumps({"ended": code}), flush=True)


if __name__ == "__main__":
    run(sys.argv[1])
