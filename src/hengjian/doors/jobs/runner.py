"""Working through the timetable: what is due, in order, again and again. An error of one job stops no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from threading import Event

from django.db import DatabaseError, close_old_connections

from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Refusal

from .lock import only_runner
from .models import LastRun
from .timetable import TIMETABLE, Job

TICK = 10.0  # seconds between two looks at the timetable
Tell = Callable[[LastRun], None]
log = logging.getLogger(__name__)


class AnotherRunner(Refusal):
    """A job runner is at work on this database already."""

    code = "another_runner"


def due(now: datetime) -> list[Job]:
    """Jobs whose time has come, in the order of the timetable."""
    last = dict(LastRun.objects.values_list("job", "started").order_by("job"))
    return [job for job in TIMETABLE if job.is_due(last.get(job.name), now)]


def run(job: Job, at: datetime) -> LastRun:
    """Run one job and write down how it ended. Nothing but the end of the process gets past here."""
    line, _ = LastRun.objects.update_or_create(job=job.name, defaults={"started": at, "finished": None})
    try:
        says, ok = job.run(at.date(), at), True
    except Exception as error:  # whatever it is, the other jobs go on
        log.exception("job %s failed", job.name)
        says, ok = f"{type(error).__name__}: {error}", False
    line.ok, line.says, line.finished = ok, says[:500], clock.now()
    line.failures = 0 if ok else line.failures + 1
    line.save()
    return line


def work(*, once: bool = False, jobs: Iterable[Job] | None = None, tell: Tell | None = None, stop: Event | None = None) -> None:
    """Run what is due (or these jobs, due or not); without `once`, go on until `stop`. Raises AnotherRunner."""
    stop = stop or Event()
    with only_runner() as alone:
        if not alone:
            raise AnotherRunner("已有一个定时任务进程在运行；同一数据库只能运行一个")
        while True:
            _pass(jobs, tell)
            if once or jobs is not None or stop.wait(TICK):
                return
            close_old_connections()


def _pass(jobs: Iterable[Job] | None, tell: Tell | None) -> None:
    try:
        for job in due(clock.now()) if jobs is None else jobs:
            line = run(job, clock.now())
            if tell:
                tell(line)
    except DatabaseError:  # the database is away or busy: come back at the next look
        log.exception("the timetable could not be worked through")
