"""On a real database: numbers follow each other, two officers cannot overwrite each other, a wrong act is undone by a
recorded act, and time that does not count is not counted."""

from __future__ import annotations

import os
import threading
from datetime import date, datetime

import pytest
from django.db import connection
from django_cotton import render_component

from hengjian.ground import policy
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.kit.refusals import NotAllowed, Stale
from hengjian.ground.people.models import Agency, Holding, Officer
from hengjian.ground.policy.loader import roots
from hengjian.ground.procedure import effects, queries, services
from hengjian.ground.procedure.models import Counter, Event, Proceeding
from hengjian.ground.procedure.services import FieldMissing, NothingToUndo, SecondPersonNeeded, WrongState

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)


@pytest.fixture
def bureau(db):
    return Agency.objects.create(code="P-1", name="演示机构", kind="district-bureau")


def officer(number, post, agency, scope="unit"):
    made = Officer.objects.create(number=number, name=f"演示{number}", agency=agency, scope=scope)
    Holding.objects.create(officer=made, post=post)
    return made


@pytest.fixture
def first(bureau):
    return officer("I-1", "inspector", bureau)


@pytest.fixture
def second(bureau):
    return officer("I-2", "inspector", bureau)


@pytest.fixture
def leader(bureau):
    return officer("L-1", "leader", bureau)


def opened(by, on=DAY, **more):
    return services.open(
        by=by, kind="inspection", agency=by.agency, subject="91120119MA00000000", on=on, body={"due": "2026-03-31"}, **more
    )


def again(matter):
    return Proceeding.objects.get(pk=matter.pk)


def do(matter, act, by, *, second=None, version=None, **body):
    version = again(matter).version if version is None else version
    return services.act(again(matter), act, by=by, on=DAY, expected_version=version, second=second, body=body)


RESULT = {"path": "done", "codes": ["1"], "disposal": "none"}


def test_numbers_of_an_agency_follow_each_other_and_begin_anew_each_year(first):
    numbers = [opened(first).number, opened(first).number, opened(first, date(2027, 1, 4)).number]
    assert numbers == ["P-1检查〔2026〕1号", "P-1检查〔2026〕2号", "P-1检查〔2027〕1号"]


def test_a_matter_that_was_not_opened_gives_its_number_back(first, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(Event.objects, "bulk_create", broken)
    with pytest.raises(RuntimeError):
        opened(first)
    monkeypatch.undo()
    assert opened(first).serial == 1


def test_matters_opened_together_are_as_good_as_one_by_one(first, second):
    matters = [services.Matter(f"9112011{n}MA0000000{n}", first, (second,), body={"due": "2026-03-31"}) for n in range(5)]
    made = services.open_many(by=first, kind="inspection", agency=first.agency, on=DAY, matters=matters, at=AT)
    assert [matter.serial for matter in made] == [1, 2, 3, 4, 5]
    assert opened(first).serial == 6
    assert all(queries.first_altered(again(matter)) is None for matter in made)
    assert {matter.helpers.get() for matter in made} == {second}


@pytest.mark.django_db(transaction=True)
def test_two_officers_opening_at_once_get_two_numbers():
    bureau = Agency.objects.create(code="P-1", name="演示机构", kind="district-bureau")
    people = [officer(f"I-{n}", "inspector", bureau) for n in range(4)]

    def work(by):
        try:
            for _ in range(5):
                opened(by)
        finally:
            connection.close()

    if connection.vendor == "postgresql":
        threads = [threading.Thread(target=work, args=(by,)) for by in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    else:  # SQLite has one writer; the in-memory test database has one connection
        for by in people:
            work(by)
    assert sorted(Proceeding.objects.values_list("serial", flat=True)) == list(range(1, 21))
    assert Counter.objects.get().last == 20


def test_an_act_needs_the_state_the_power_the_fields_and_the_second_officer(first, second, bureau):
    matter = opened(first, helpers=[second])
    with pytest.raises(WrongState, match="不能"):
        do(matter, "review", first)
    with pytest.raises(FieldMissing, match="通知方式"):
        do(matter, "notify", first)
    with pytest.raises(SecondPersonNeeded):
        do(matter, "record", first, second=first, **RESULT)
    with pytest.raises(NotAllowed):
        do(matter, "record", officer("C-1", "filing-clerk", bureau), second=second, **RESULT)
    assert again(matter).version == 1
    do(matter, "record", first, second=second, **RESULT)
    assert queries.state_of(again(matter)) == "recorded"


def test_an_officer_of_another_agency_does_not_act_in_it(first):
    elsewhere = Agency.objects.create(code="P-2", name="演示机构二", kind="district-bureau")
    with pytest.raises(NotAllowed, match="数据范围"):
        do(opened(first), "notify", officer("I-9", "inspector", elsewhere), method="电话")


def test_the_second_officer_who_saw_an_older_state_is_refused(first, second, leader):
    matter = opened(first, helpers=[second])
    seen = again(matter).version
    do(matter, "record", first, second=second, **RESULT)
    with pytest.raises(Stale, match="刷新"):
        do(matter, "record", second, second=first, version=seen, path="refused", codes=["8"], disposal="none")
    assert [event.body.get("path") for event in matter.events.all()] == [None, "done"]


def undo(matter, by, reason="打错了电话", version=None):
    version = again(matter).version if version is None else version
    return services.undo(again(matter), by=by, on=DAY, expected_version=version, reason=reason)


def test_a_wrong_act_is_undone_by_a_recorded_act_and_both_stay(first, leader):
    matter = opened(first)
    do(matter, "notify", first, method="电话")
    event = undo(matter, leader)
    assert event.body == {"undoes": 2, "act": "notify", "reason": "打错了电话"}
    assert [e.act for e in matter.events.all()] == ["open", "notify", "undo"]
    assert queries.state_of(again(matter)) == "assigned"
    assert queries.first_altered(again(matter)) is None


def test_undoing_needs_a_reason_the_power_and_something_to_undo(first, leader):
    matter = opened(first)
    with pytest.raises(NothingToUndo):
        undo(matter, leader)
    do(matter, "notify", first, method="电话")
    with pytest.raises(FieldMissing, match="理由"):
        undo(matter, leader, reason=" ")
    with pytest.raises(NotAllowed):
        undo(matter, first)
    with pytest.raises(Stale):
        undo(matter, leader, version=1)


def test_an_effect_runs_in_the_transaction_of_its_act(first):
    def refuse(proceeding, event):
        raise NotAllowed("不行")

    effects.effect("inspection", "notify")(refuse)
    try:
        matter = opened(first)
        with pytest.raises(NotAllowed, match="不行"):
            do(matter, "notify", first, method="电话")
    finally:
        effects._effects["inspection", "notify"].remove(refuse)
    assert (again(matter).version, matter.events.count()) == (1, 1)


def test_an_inbox_puts_the_nearest_deadline_first(first):
    late, soon = opened(first), opened(first)
    services.open(by=first, kind="inspection", agency=first.agency, subject="x", on=DAY, body={"due": "2026-03-10"})
    tasks = queries.inbox(first, date(2026, 3, 12))
    assert [task.left for task in tasks] == [-2, 19, 19]
    assert {task.proceeding for task in tasks[1:]} == {late, soon}


# A lead is verified in fifteen working days; time for testing does not count (市场监督管理行政处罚程序规定 第十八条).
LEAD = """
probe-lead:
  title: 线索核查
  start: received
  states:
    received: {title: 已收到}
    testing: {title: 检测中}
    filed: {title: 已立案, final: true}
  acts:
    test: {title: 送检, from: [received], to: testing, power: inspection.record}
    tested: {title: 检测完毕, from: [testing], to: received, power: inspection.record}
    file: {title: 立案, from: [received], to: filed, power: inspection.record}
  clocks:
    verify:
      term: penalty.verify-a-lead-and-decide-on-filing
      from: open
      stop: [file]
      pauses: {testing: {from: test, to: tested}}
probe-objection:
  title: 异议核实
  start: accepted
  states: {accepted: {title: 已受理}, decided: {title: 已决定, final: true}}
  acts: {decide: {title: 决定, from: [accepted], to: decided, power: inspection.record}}
  clocks: {verify: {term: lists.objection.verify, from: open, stop: [decide]}}
"""


@pytest.fixture
def lead_pack(tmp_path, monkeypatch):
    (tmp_path / "probe/procedures").mkdir(parents=True)
    (tmp_path / "probe/pack.yaml").write_text("id: probe\ntitle: 试验\nversion: '1'\noverlays: cn\n", encoding="utf-8")
    (tmp_path / "probe/procedures/lead.yaml").write_text(LEAD, encoding="utf-8")
    packs = [str(root) for root in roots()]
    monkeypatch.setenv("HENGJIAN_PACKS", os.pathsep.join([*packs, str(tmp_path / "probe")]))
    assert "probe-lead" in policy.current().sections["procedures"]


def test_a_clock_says_when_its_term_was_not_read_in_the_law(lead_pack, first, rf):
    checked = services.open(by=first, kind="probe-lead", agency=first.agency, subject="x", on=DAY)
    doubtful = services.open(by=first, kind="probe-objection", agency=first.agency, subject="x", on=DAY)
    assert policy.current().term("lists.objection.verify").on(DAY).confidence == "part"
    [seen], [part] = queries.clocks_of(checked), queries.clocks_of(doubtful)
    assert (seen.doubt, part.doubt) == ("", "待核：只见转载或摘录")
    request = rf.get("/")
    request.officer, request.powers = first, frozenset()
    plain, marked = (render_component(request, "deadline", deadline=clock) for clock in (seen, part))
    assert "《市场监督管理行政处罚程序规定》第18条" in plain
    assert "待核" not in plain
    assert marked.count("待核") == 2  # on the badge, and the words behind it


def test_time_for_testing_does_not_count(lead_pack, first):
    def on(day, act):
        matter = again(lead)
        services.act(matter, act, by=first, on=day, expected_version=matter.version)

    lead = services.open(by=first, kind="probe-lead", agency=first.agency, subject="x", on=DAY)
    [running] = queries.clocks_of(again(lead))
    assert (running.due, running.basis) == (date(2026, 3, 23), "penalty-procedure §18")
    on(date(2026, 3, 5), "test")
    [waiting] = queries.clocks_of(again(lead), date(2026, 3, 9))
    assert (waiting.due, waiting.provisional) == (date(2026, 3, 25), True)
    on(date(2026, 3, 12), "tested")
    [paused] = queries.clocks_of(again(lead))
    assert paused.due == date(2026, 3, 30)  # 6, 9, 10, 11 and 12 March do not count
    assert sum("2026-03-06" <= step[:10] <= "2026-03-12" for step in paused.steps) == 7
    on(date(2026, 3, 16), "test")
    on(date(2026, 3, 18), "tested")
    [twice] = queries.clocks_of(again(lead))
    assert twice.due == date(2026, 4, 1)  # nor do 17 and 18 March
    on(date(2026, 3, 27), "file")
    [stopped] = queries.clocks_of(again(lead))
    assert (stopped.stopped, stopped.left(DAY)) == (date(2026, 3, 27), None)
