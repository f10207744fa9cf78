"""What every matter may do beside its own acts: proposals, parties, files, errands, hand-over, marks, pauses, papers."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction

from hengjian.ground.audit.models import Trail
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.kit.refusals import NotAllowed, NotFound, Stale
from hengjian.ground.people.models import Agency
from hengjian.ground.policy.loader import roots
from hengjian.ground.procedure import (
    attachments,
    effects,
    fields,
    parties,
    proposals,
    queries,
    rules,
    services,
    staffing,
)
from hengjian.ground.procedure.models import Event, Paper, Proceeding

from .test_services import bureau, officer  # noqa: F401

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
    "18dd8db00000000049454e44ae426082"
)

# A small procedure with everything in it: a notice with a time for the reply, a decision that another must approve.
PROBE = """
probe:
  title: 试验程序
  number: 试
  start: begun
  path: [begun, noticed, decided]
  roles:
    party: {title: 当事人, needed_before: [notify]}
    agent: {title: 委托代理人, represents: party}
  states:
    begun: {title: 办理中}
    noticed: {title: 已告知}
    decided: {title: 已决定, final: true}
  fields:
    facts: {title: 事实, type: long}
    fine: {title: 罚款, type: money}
    when: {title: 送达日期, type: date}
    why: {title: 中止理由, type: text, fresh: true}
    until: {title: 延长至, type: date}
  acts:
    notify: {title: 告知, from: [begun], to: noticed, power: inspection.record, requires: [facts, when], documents: [penalty-form.33]}
    reply: {title: 陈述申辩, from: [noticed], power: inspection.record, optional: [facts]}
    decide: {title: 决定, from: [noticed], to: decided, power: inspection.record, confirm: inspection.review, requires: [fine], after: [discuss]}
    discuss: {title: 集体讨论, from: [noticed], power: inspection.record, once: true}
    stop: {title: 中止, from: [begun, noticed], power: inspection.record, pause: begin, requires: [why]}
    resume: {title: 恢复, from: [begun, noticed], power: inspection.record, pause: end}
    extend: {title: 延长, from: [begun, noticed], power: inspection.record, optional: [until]}
  clocks:
    decision:
      term: penalty.decision-deadline
      from: open
      stop: [decide]
      pauses: {suspension: {from: stop, to: resume}}
      extended_by: [extend]
      extended_to: until
    statement:
      term: penalty.advance-notice-statement-and-defence
      from: notify
      from_field: when
      bars: [decide]
      lapses: [reply]
"""


@pytest.fixture
def probe(tmp_path, monkeypatch):
    (tmp_path / "probe/procedures").mkdir(parents=True)
    (tmp_path / "probe/pack.yaml").write_text("id: probe\ntitle: 试验\nversion: '1'\noverlays: cn\n", encoding="utf-8")
    (tmp_path / "probe/procedures/probe.yaml").write_text(PROBE, encoding="utf-8")
    monkeypatch.setenv("HENGJIAN_PACKS", os.pathsep.join([*map(str, roots()), str(tmp_path / "probe")]))


@pytest.fixture
def people(bureau):  # noqa: F811
    return officer("I-1", "inspector", bureau), officer("I-2", "inspector", bureau), officer("L-1", "leader", bureau)


@pytest.fixture
def matter(probe, people):
    return services.open(by=people[0], kind="probe", agency=people[0].agency, subject="x", on=DAY, at=AT)


def again(matter):
    return Proceeding.objects.select_related("agency").get(pk=matter.pk)


def do(matter, act, by, on=DAY, *, command=services.act, **body):
    return command(again(matter), act, by=by, on=on, expected_version=again(matter).version, body=body)


def told(matter, on=DAY):
    return {"on": on, "expected_version": again(matter).version}


def party(matter, by, name="天津演示有限公司", role="party"):
    return parties.join(again(matter), by=by, role=role, who=parties.Person(name=name), **told(matter))


def noticed(matter, by, served="2026-03-02"):
    party(matter, by)
    do(matter, "notify", by, facts="演示事实", when=served)


def test_an_act_waits_for_the_party_it_concerns(matter, people):
    with pytest.raises(services.NotYet, match="须先登记当事人"):
        do(matter, "notify", people[0], facts="事实", when="2026-03-02")
    noticed(matter, people[0])
    assert queries.state_of(again(matter)) == "noticed"


def test_a_decision_is_proposed_by_one_and_confirmed_by_another(matter, people):
    first, second, leader = people
    noticed(matter, first)
    do(matter, "discuss", first)
    late = date(2026, 3, 10)
    with pytest.raises(services.SecondPersonNeeded, match="提请批准"):
        do(matter, "decide", first, late, fine=500_000)
    do(matter, "decide", first, late, command=proposals.propose, fine=500_000)
    assert (queries.state_of(again(matter)), again(matter).awaits) == ("noticed", "inspection.review")
    with pytest.raises(services.NotYet, match="已提请批准"):
        do(matter, "decide", second, late, command=proposals.propose, fine=1)
    with pytest.raises(services.SecondPersonNeeded, match="提请人不能批准"):
        proposals.confirm(again(matter), "decide", by=first, **told(matter, late))
    with pytest.raises(NotAllowed):
        proposals.confirm(again(matter), "decide", by=second, **told(matter, late))
    event = proposals.confirm(again(matter), "decide", by=leader, opinion="同意", **told(matter, late))
    assert (event.by, event.body["fine"], event.body["proposed_by"], event.body["opinion"]) == (leader, 500_000, "I-1", "同意")
    closed = again(matter)
    assert (queries.state_of(closed), closed.closed, closed.awaits, queries.first_altered(closed)) == ("decided", late, "", None)


def test_a_leader_who_proposed_it_cannot_confirm_it(probe, bureau):  # noqa: F811
    leader = officer("L-9", "leader", bureau)
    from hengjian.ground.people.models import Holding

    Holding.objects.create(officer=leader, post="inspector")
    matter = services.open(by=leader, kind="probe", agency=bureau, subject="x", on=DAY)
    noticed(matter, leader)
    do(matter, "discuss", leader)
    do(matter, "decide", leader, date(2026, 3, 10), command=proposals.propose, fine=1)
    with pytest.raises(services.SecondPersonNeeded):
        proposals.confirm(again(matter), "decide", by=leader, **told(matter, date(2026, 3, 10)))


def test_a_proposal_that_was_sent_back_may_be_made_again(matter, people):
    first, _second, leader = people
    noticed(matter, first)
    do(matter, "discuss", first)
    on = date(2026, 3, 10)
    do(matter, "decide", first, on, command=proposals.propose, fine=500_000)
    proposals.decline(again(matter), "decide", by=leader, reason="裁量说理不足", **told(matter, on))
    assert again(matter).awaits == ""
    with pytest.raises(proposals.NothingProposed):
        proposals.confirm(again(matter), "decide", by=leader, **told(matter, on))
    do(matter, "decide", first, on, command=proposals.propose, fine=300_000)


def test_five_working_days_for_the_statement_bar_the_decision_and_then_the_reply(matter, people):
    """Served on the eve of the Mid-Autumn Festival 2026; the National Day holidays lie between."""
    first = people[0]
    matter.__class__.objects.filter(pk=matter.pk).update(opened=date(2026, 9, 1))
    noticed(matter, first, served="2026-09-24")
    do(matter, "discuss", first)
    [bar] = [face for face in queries.clocks_of(again(matter), date(2026, 9, 28)) if face.name == "statement"]
    assert bar.due == date(2026, 10, 9)
    with pytest.raises(services.NotYet, match="之后才能办理"):
        do(matter, "decide", first, date(2026, 10, 9), command=proposals.propose, fine=1)
    do(matter, "reply", first, date(2026, 10, 9))
    do(matter, "decide", first, date(2026, 10, 10), command=proposals.propose, fine=1)
    with pytest.raises(services.NotYet, match="届满"):
        do(matter, "reply", first, date(2026, 10, 10))


def test_an_act_that_must_come_first_is_named(matter, people):
    noticed(matter, people[0])
    with pytest.raises(services.NotYet, match="须先办理：集体讨论"):
        do(matter, "decide", people[0], date(2026, 3, 10), command=proposals.propose, fine=1)
    do(matter, "discuss", people[0])
    with pytest.raises(services.NotYet, match="只能办理一次"):
        do(matter, "discuss", people[0])


def test_a_paused_matter_only_resumes_and_its_time_does_not_count(matter, people):
    first = people[0]
    [clock] = queries.clocks_of(again(matter), DAY)
    assert clock.due == date(2026, 6, 1)  # 90 days end on Sunday 31 May
    do(matter, "stop", first, date(2026, 3, 5), why="等待另案判决")
    with pytest.raises(services.NotYet, match="已中止"):
        do(matter, "extend", first, date(2026, 3, 6))
    do(matter, "resume", first, date(2026, 3, 15))
    [clock] = queries.clocks_of(again(matter), date(2026, 3, 15))
    assert clock.due == date(2026, 6, 10)
    with pytest.raises(services.NotYet, match="没有中止"):
        do(matter, "resume", first, date(2026, 3, 16))


def test_an_extension_lengthens_the_clock_and_a_named_day_ends_it(matter, people):
    do(matter, "extend", people[0])
    assert queries.clocks_of(again(matter), DAY)[0].due == date(2026, 6, 30)
    do(matter, "extend", people[0], until="2026-09-30")
    assert queries.clocks_of(again(matter), DAY)[0].due == date(2026, 9, 30)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"facts": "x" * 20_001, "when": "2026-03-02"}, "20000 字"),
        ({"facts": "事实", "when": "3月2日"}, "应是日期"),
        ({"facts": "事实", "when": "2026-02-30"}, "应是日期"),
        ({"facts": ["事实"], "when": "2026-03-02"}, "应是文字"),
    ],
)
def test_a_field_of_the_wrong_kind_is_refused(matter, people, body, word):
    party(matter, people[0])
    with pytest.raises(services.FieldWrong, match=word):
        do(matter, "notify", people[0], **body)


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("penalties", "03", "应是列表"), ("penalties", ["99"], "代码表"), ("penalties", [["03"]], "代码表"), ("penalties", ["03"], ""),
        ("tier", ["light"], "一个代码"), ("tier", {"light": 1}, "代码表"), ("tier", "light", ""),
        ("taken_at", "2026-03-02T09:30+08:00", "应是日期和时间"), ("taken_at", "2026-03-02T09:30", ""),
    ],
)  # fmt: skip
def test_a_list_is_a_list_a_code_is_one_and_a_moment_has_no_zone(law, name, value, word):
    wrong = fields.wrong(law.procedure("penalty"), [name], {name: value}, law, DAY)
    assert word in wrong.get(name, "") and bool(wrong) is bool(word)


def test_papers_take_numbers_and_those_of_an_undone_act_are_void(matter, people):
    first, _second, leader = people
    noticed(matter, first)
    services.undo(again(matter), by=leader, reason="送达日期有误", **told(matter))
    do(matter, "notify", first, facts="演示事实", when="2026-03-02")
    papers = list(Paper.objects.filter(proceeding=matter).order_by("pk"))
    assert [(paper.serial, paper.voided) for paper in papers] == [(1, DAY), (2, None)]
    assert papers[1].number.endswith("〔2026〕2号")


def test_a_file_is_known_by_its_content_kept_by_its_digest_and_missed_when_it_changes(matter, people):
    keep = attachments.attach(again(matter), PNG, name="../现场.png", by=people[0], at=AT, **told(matter))
    assert (keep.name, keep.media_type) == ("现场.png", "image/png")
    assert attachments.attach(again(matter), PNG, name="again.png", by=people[0], at=AT, **told(matter)).pk == keep.pk
    assert attachments.altered(again(matter)) == []
    place = attachments.path_of(keep.sha256)
    place.write_bytes(PNG + b"x")
    assert attachments.altered(again(matter)) == [keep]
    place.unlink()
    for content in (b"", b"MZ\x90\x00", b"<html><script>alert(1)</script>", PNG[:40], b"%PDF-1.7 half"):
        with pytest.raises(attachments.BadFile):
            attachments.attach(again(matter), content, name="x.png", by=people[0], at=AT, **told(matter))


def test_the_chain_keeps_a_digest_of_a_party_and_no_name(matter, people):
    who = parties.Person(name="演示自然人", person=True, id_number="120101199001011234")
    entered = parties.join(again(matter), by=people[0], role="party", who=who, **told(matter))
    event = Event.objects.get(proceeding=matter, position=entered.position)
    assert "演示自然人" not in str(event.body)
    assert parties.holds(entered, event.body["digest"])
    entered.name = "别人"
    assert not parties.holds(entered, event.body["digest"])
    agent = parties.join(again(matter), by=people[0], role="agent", who=parties.Person("代理人", True), represents=entered, **told(matter))
    parties.leave(agent, by=people[0], reason="解除委托", **told(matter))
    assert [one.pk for one in parties.of(matter)] == [entered.pk]


def test_a_matter_is_handed_over_and_lies_in_the_new_owners_inbox(matter, people):
    first, second, leader = people
    with pytest.raises(NotAllowed):
        staffing.hand_over(again(matter), by=second, to=second, reason="想办", **told(matter))
    staffing.hand_over(again(matter), by=first, to=second, reason="岗位调整", **told(matter))
    assert [len(queries.inbox(one, DAY)) for one in (first, second)] == [0, 1]
    staffing.set_helpers(again(matter), by=leader, helpers=[first, second], **told(matter))
    assert list(again(matter).helpers.all()) == [first]


def test_an_errand_waits_with_whom_it_was_given_until_reported(matter, people):
    first, second, _leader = people
    errand = staffing.entrust(again(matter), by=first, to=second, what="调取登记档案", due=date(2026, 3, 5), **told(matter))
    assert [one.what for one in queries.errands_of(second)] == ["调取登记档案"]
    with pytest.raises(NotFound):
        staffing.report(errand, by=first, outcome="已办", on=DAY)
    staffing.report(errand, by=second, outcome="已调取", on=DAY)
    assert not queries.errands_of(second).exists()


def test_an_errand_opens_the_matter_only_while_it_is_open(matter, people, bureau):  # noqa: F811
    first, _second, _leader = people
    stranger = officer("Z-1", "auditor", Agency.objects.create(code="Z-9", name="邻区机构", kind="district-bureau"))
    errand = staffing.entrust(again(matter), by=first, to=stranger, what="协查", **told(matter))
    assert queries.matter_of(stranger, matter.pk) == matter
    staffing.report(errand, by=stranger, outcome="已查", on=DAY)
    with pytest.raises(NotFound):
        queries.matter_of(stranger, matter.pk)
    assert not queries.may_read(again(matter), stranger, frozenset())


def test_a_proposal_and_its_return_stand_in_the_audit(matter, people):
    first, _second, leader = people
    noticed(matter, first)
    do(matter, "discuss", first)
    do(matter, "decide", first, date(2026, 3, 10), command=proposals.propose, fine=500_000)
    proposals.decline(again(matter), "decide", by=leader, reason="补充说理", **told(matter, date(2026, 3, 10)))
    found = Trail.objects.filter(action__in=["procedure.proposed", "procedure.declined"]).order_by("pk")
    assert [(one.action, one.actor) for one in found] == [("procedure.proposed", "I-1"), ("procedure.declined", "L-1")]


def test_a_matter_is_opened_by_hand_only_with_the_power_of_its_opening(probe, people):
    first = people[0]
    with pytest.raises(NotAllowed):
        services.open(by=first, kind="lead", agency=first.agency, subject="x", on=DAY, body={"source": "other", "facts": "x"})
    services.open(by=first, kind="lead", agency=first.agency, subject="x", on=DAY, body={"source": "other", "facts": "x"}, follows=True)


def test_a_supervised_matter_says_so_until_released(matter, people):
    first, _second, leader = people
    with pytest.raises(NotAllowed):
        staffing.supervise(again(matter), by=first, reason="自己督办", **told(matter))
    staffing.supervise(again(matter), by=leader, reason="群众反映集中", due=date(2026, 4, 1), **told(matter))
    assert rules.supervised(queries.events_of(again(matter))).body["due"] == "2026-04-01"
    staffing.release(again(matter), by=leader, reason="已办结", **told(matter))
    assert rules.supervised(queries.events_of(again(matter))) is None


def test_what_is_recorded_beside_does_not_stand_in_the_way_of_an_undo(matter, people):
    first, _second, leader = people
    noticed(matter, first)
    attachments.attach(again(matter), b"note", name="a.txt", by=first, at=AT, **told(matter))
    services.undo(again(matter), by=leader, reason="有误", **told(matter))
    assert queries.state_of(again(matter)) == "begun"
    assert queries.first_altered(again(matter)) is None


def test_a_house_names_what_is_missing_before_it_is_tried(matter, people):
    effects.check("probe", "discuss")(lambda proceeding, on: "证据尚未核对" if on < date(2026, 3, 3) else "")
    try:
        noticed(matter, people[0])
        assert queries.hindrances(again(matter), "discuss", DAY) == ["证据尚未核对"]
        assert queries.hindrances(again(matter), "discuss", DAY + timedelta(days=1)) == []
    finally:
        effects._checks.pop(("probe", "discuss"))


def test_two_who_act_on_the_same_version_cannot_both(matter, people):
    seen = told(matter)
    staffing.supervise(again(matter), by=people[2], reason="督办", **seen)
    with pytest.raises(Stale):
        attachments.attach(again(matter), b"note", name="a.txt", by=people[0], at=AT, **seen)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("power: inspection.record, pause: end", "power: inspection.record, pause: end, after: [dance]", 'no act is called "dance"'),
        ("needed_before: [notify]", "needed_before: [sing]", 'no act is called "sing"'),
        ("represents: party", "represents: nobody", 'no role is called "nobody"'),
        ("bars: [decide]", "bars: [jump]", 'no act is called "jump"'),
        ("documents: [penalty-form.33]", "documents: [no-form]", 'nothing in documents/ is called "no-form"'),
        ("    stop: {title", "    undo: {title", 'every matter has "undo" already'),
        ("extended_to: until", "extended_to: never", 'no field is called "never"'),
        ("path: [begun,", "path: [begone,", 'no state is called "begone"'),
    ],
)
def test_a_mistake_in_a_definition_names_its_place_and_remedy(tmp_path, old, new, word):
    from hengjian.ground.policy.errors import BadPack
    from hengjian.ground.policy.loader import compile_packs

    (tmp_path / "probe/procedures").mkdir(parents=True)
    (tmp_path / "probe/pack.yaml").write_text("id: probe\ntitle: 试验\nversion: '1'\noverlays: cn\n", encoding="utf-8")
    assert old in PROBE
    (tmp_path / "probe/procedures/probe.yaml").write_text(PROBE.replace(old, new), encoding="utf-8")
    with pytest.raises(BadPack) as wrong:
        compile_packs([*roots(), tmp_path / "probe"], "x")
    text = str(wrong.value)
    assert word in text
    assert "probe/procedures/probe.yaml:" in text


def test_altering_one_byte_around_the_triggers_names_the_event(matter, people):
    noticed(matter, people[0])
    do(matter, "discuss", people[0])
    quiet = "DISABLE" if connection.vendor == "postgresql" else ""
    with transaction.atomic(), connection.cursor() as cursor:
        if quiet:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE procedure_event DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER procedure_event_no_update")
        cursor.execute("UPDATE procedure_event SET act = 'notifx' WHERE act = 'notify'")
        cursor.execute("SELECT position FROM procedure_event WHERE act = 'notifx'")
        [position] = cursor.fetchone()
        assert queries.first_altered(again(matter)) == position
        transaction.set_rollback(True)


