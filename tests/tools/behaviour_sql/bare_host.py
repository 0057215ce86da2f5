"""The worker without its screen: what is left is the locked engine and the limited process.

Answers also tell the children's peak memory.
"""

import importlib.util
import resource
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "tools" / "behaviour" / "sql" / "worker.py"
spec = importlib.util.spec_from_file_location("worker", SCRIPT)
assert spec is not None
assert spec.loader is not None
worker = importlib.util.module_from_spec(spec)
sys.modules["worker"] = worker
spec.loader.exec_module(worker)
run = worker.Child.run


def told(child, sql):
    answer = run(child, sql)
    return answer | {"peak_kb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}


worker.screen = lambda connection, sql, tables: None
worker.Child.run = told
worker.main()
