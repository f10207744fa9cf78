"""The runner survives errors, catches up, and is alone."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hengjian.doors.jobs import runner
from hengjian.doors.jobs.lock import only_runner
from hengjian.doors.jobs.models import LastRun
from hengjian.doors.jobs.timetable import DAY, TIMETABLE, Job, page
from hengjian.ground.kit import clock

ROOT = Path(__file__).resolve().parents[3]
NIGHT = datetime(2026, 3, 2, 23, 55, tzinfo=clock.SHANGHAI)
MINUTE = timedelta(minutes=1)


def job(name="sample", run=lambda on, at: "做完了", every=5 * MINUTE):
    return Job(name, "样例", run, every, "why", "never")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA = tmp_path


def test_a_job_is_due_when_its_time_has_passed_however_long_ago():
    assert job().is_due(None, NIGHT)
    assert not job().is_due(NIGHT, NIGHT + 4 * MINUTE)
    assert job().is_due(NIGHT, NIGHT + 5 * MINUTE)
    assert job().is_due(NIGHT, NIGHT + timedelta(days=10))


def test_a_daily_job_is_due_at_the_change_of_the_day_in_tianjin():
    daily = job(every=DAY)
    assert not daily.is_due(NIGHT, NIGHT + 4 * MINUTE)
    assert daily.is_due(NIGHT.astimezone(UTC), NIGHT + 6 * MINUTE)


def test_a_clock_set_back_holds_no_job_up():
    assert job().is_due(NIGHT, NIGHT - DAY)


@pytest.mark.django_db
def test_an_error_is_written_down_and_stops_no_other_job(monkeypatch):
    def broken(on, at):
        raise ValueError("文件损坏")

    monkeypatch.setattr(runner, "TIMETABLE", (job("first", broken), job("second")))
    runner.work(once=True)
    first, second = LastRun.objects.order_by("job")
    assert (first.ok, first.says, first.failures) == (False, "ValueError: 文件损坏", 1)
    assert (second.ok, second.says) == (True, "做完了")
    runner.work(jobs=[job("first", broken)])
    assert LastRun.objects.get(job="first").failures == 2
    runner.work(jobs=[job("first")])
    assert LastRun.objects.get(job="first").failures == 0


@pytest.mark.django_db
def test_what_was_missed_is_done_once_at_the_next_start(monkeypatch):
    ran = []
    monkeypatch.setattr(runner, "TIMETABLE", (job("nightly", lambda on, at: ran.append(on) or "", DAY),))
    for day in (NIGHT, NIGHT + 10 * DAY, NIGHT + 10 * DAY + MINUTE):
        with clock.frozen(day):
            runner.work(once=True)
    assert ran == [NIGHT.date(), (NIGHT + 10 * DAY).date()]


@pytest.mark.django_db
def test_a_killed_run_leaves_an_unfinished_line_and_is_tried_again(monkeypatch):
    def killed(on, at):
        raise SystemExit

    monkeypatch.setattr(runner, "TIMETABLE", (job("killed", killed),))
    with clock.frozen(NIGHT), pytest.raises(SystemExit):
        runner.work(once=True)
    assert LastRun.objects.get(job="killed").finished is None
    assert [due.name for due in runner.due(NIGHT + 5 * MINUTE)] == ["killed"]


@pytest.mark.django_db
def test_a_second_runner_is_refused():
    with only_runner() as alone:
        assert alone
        with pytest.raises(runner.AnotherRunner):
            runner.work(once=True)
    runner.work(jobs=[job()])


@pytest.mark.django_db
def test_the_whole_timetable_runs_on_an_empty_platform():
    runner.work(once=True)
    lines = LastRun.objects.order_by("job")
    assert {line.job for line in lines} == {job.name for job in TIMETABLE}
    assert [(line.job, line.says) for line in lines if not line.ok] == []


def test_the_timetable_page_says_what_the_code_does():
    kept = (ROOT / "docs" / "timetable.md").read_text(encoding="utf-8")
    assert kept == page(), "run: python3 run.py jobs --page docs/timetable.md"


def test_an_unknown_job_is_refused_and_the_known_ones_are_named(tmp_path):
    said = subprocess.run(
        [sys.executable, "-m", "hengjian", "jobs", "no-such-job"], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "HENGJIAN_DATA": str(tmp_path)},
    )  # fmt: skip
    assert said.returncode == 2
    assert "seal-ledger" in said.stderr
