"""`hengjian deadline`: the answer, its sum, and what is refused."""

import json

import pytest
from typer.testing import CliRunner

from hengjian.doors.cli import build


def answer(*words):
    result = CliRunner().invoke(build(), ["deadline", *words])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(
    ("words", "due", "provisional"),
    [
        (["CMP-010", "--from", "2026-02-13T10:00"], "2026-03-02", False),
        (["CMP-020", "--from", "2026-07-08"], "2026-09-07", False),
        (["CMP-020", "--from", "2026-02-13T10:00"], "2026-04-24", False),
        (["CMP-020", "--event", "accepted=2026-04-20", "--event", "received=2026-04-14"], "2026-06-25", False),
        (["CMP-020", "--from", "2026-02-13", "--law-on", "2026-04-15"], "2026-04-14", False),
        (["PEN-047", "--event", "hearing=2026-10-09"], "2026-09-29", False),
        (["CMP-010", "--from", "2026-12-31"], "2027-01-12", True),
        (["FOD-061", "--from", "2026-12-01T10:00"], "2026-12-02T22:00:00", False),
    ],
)
def test_the_answer_as_json(words, due, provisional):
    told = json.loads(answer(*words, "--json"))
    assert (told["due"], told["provisional"]) == (due, provisional)
    assert told["basis"] and told["steps"][0]["kind"] == "start" and told["steps"][-1]["date"] == due


def test_the_sum_is_told_in_words():
    told = answer("PEN-010", "--from", "2026-03-02", "--event", "testing.from=2026-03-04", "--event", "testing.to=2026-03-05")
    assert "15 个工作日" in told and "中止  检测鉴定" in told and told.splitlines()[0].endswith("2026-03-24")


def test_a_pause_may_be_told_more_than_once():
    words = [f"testing.{end}=2026-03-{day}" for end, day in (("from", "04"), ("to", "06"), ("from", "10"), ("to", "13"))]
    told = json.loads(answer("PEN-010", "--from", "2026-03-02", *(part for word in words for part in ("--event", word)), "--json"))
    assert told["due"] == "2026-03-30" and sum(step["kind"] == "paused" for step in told["steps"]) == 5


@pytest.mark.parametrize(("event", "said"), [("testing.form=2026-03-04", "testing.from"), ("received=2026-03-04", "twice")])
def test_an_event_that_would_count_for_nothing_is_refused(event, said):
    words = ["deadline", "PEN-010", "--event", "received=2026-03-02", "--event", event]
    result = CliRunner().invoke(build(), words, env={"COLUMNS": "200"})
    assert result.exit_code == 2 and said in result.output


def test_an_open_pause_is_counted_up_to_the_day_asked():
    words = ["PEN-010", "--from", "2026-03-02", "--event", "testing.from=2026-03-04"]
    assert json.loads(answer(*words, "--as-of", "2026-03-11", "--json"))["due"] == "2026-03-30"
    assert json.loads(answer(*words, "--json"))["paused"]


def test_a_date_that_is_none_is_refused_with_the_remedy():
    result = CliRunner().invoke(build(), ["deadline", "CMP-010", "--from", "13.2.2026"])
    assert result.exit_code != 0 and "2026-02-13" in result.output
