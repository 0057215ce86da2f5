"""Plans in the making: one per form that was sent, whatever becomes of the page that sent it."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from agent.client import chat_model
from agent.model_errors import ModelError
from tools.context import Actor
from tools.offers.drafts import Brief, MessageWriter, Written, writer
from tools.offers.planning import PlanReport, PlanRequest, plan
from ui.app.frame.site import Site

_MOST = 200


@dataclass
class Job:
    """`written` counts the texts so far; `without_model` where the model did not answer when it began."""

    written: int = 0
    without_model: bool = False
    result: "Future[PlanReport]" = field(default_factory=Future[PlanReport])


class Planner:
    """Plans one at a time, for the ledger's sake and the model's."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._pool = ThreadPoolExecutor(1, "planning")
        self._jobs: OrderedDict[tuple[str, str], Job] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, token: str, actor: Actor, request: PlanRequest) -> Job:
        """The job of this form; a form that is sent twice is one job."""
        with self._lock:
            key = (actor.id, token)
            if key not in self._jobs:
                self._jobs[key] = job = Job()
                job.result = self._pool.submit(self._run, job, actor, request)
                if len(self._jobs) > _MOST:
                    self._jobs.popitem(last=False)
            return self._jobs[key]

    def _run(self, job: Job, actor: Actor, request: PlanRequest) -> PlanReport:
        shop = self._site.shop()
        try:
            write = writer(chat_model(self._site.settings))
        except ModelError:
            job.without_model, write = True, writer(None)
        with shop.warehouse.pinned():
            return plan(shop, request, actor, datetime.now(), _counting(job, write))


def _counting(job: Job, write: MessageWriter) -> Callable[[Brief], Written]:
    def told(brief: Brief) -> Written:
        text = write(brief)
        job.written += 1
        return text

    return told
