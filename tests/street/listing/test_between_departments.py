"""Initiate and respond: what another department locks holds only while the record behind it does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hengjian.ground.kit.refusals import NotAllowed
from hengjian.ground.procedure import parties
from hengjian.ground.procedure import queries as kernel
from hengjian.ground.procedure import services as procedure
from hengjian.street.ledger import services as acts_on_ledger
from hengjian.street.listing import counters, queries, services
from hengjian.street.listing.models import Outcome, Restriction
from tests import factories_desk as desk
from tests import factories_listing as make

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 2)
LOCK = {"measure": "m01", "domain": "tender", "acts": ["tender"], "effect": "stop", "law_article": "建筑市场信用管理暂行办法第二十条", "begins": "2026-03-04"}


@pytest.fixture
def office():
    return make.office()


def asked(office, entry, on=ON, **more):
    told = {"measure": "m01", "domain": "tender", "acts": ["tender"], "reason": "严重违法失信"} | more
    return services.ask_department(by=office.clerk, entry=entry, to=office.housing.agency, on=on, at=make.at(on), **told)


def locked(office, entry, on=ON, **more):
    matter = asked(office, entry, on)
    make.do(matter, "receive", on, office.housing)
    make.do(matter, "lock", on, office.housing, **(LOCK | {"begins": on.isoformat()} | more))
    return matter


def black(office, firm, on=date(2026, 2, 27), **more):
    return acts_on_ledger.append(by=None, entity=firm, kind="serious-list", on=on, issuer=office.agency, document="严列1", body={"ground": "food.2"}, at=make.at(on), **more)


def laid(firm, day, act="tender"):
    return [lock for lock in queries.restrictions(firm.uscc, day, act) if lock.matter]


def test_a_department_receives_locks_and_the_lock_opens_at_midnight_after_its_last_day_though_nothing_ran(office):
    firm = desk.firm()
    entry = black(office, firm)
    matter = asked(office, entry)
    assert (matter.agency, matter.awaits) == (office.housing.agency, "listing.respond")
    [face] = [f for f in kernel.clocks_of(make.again(matter), ON) if f.name == "receive"]
    assert face.due == date(2026, 3, 5)
    with pytest.raises(NotAllowed):
        make.do(matter, "receive", ON, office.clerk)
    make.do(matter, "receive", ON, office.housing)
    make.do(matter, "lock", ON, office.housing, **LOCK, ends="2027-03-03")
    assert [len(laid(firm, day)) for day in (date(2026, 3, 3), date(2026, 3, 4), date(2027, 3, 3), date(2027, 3, 4))] == [0, 1, 1, 0]
    [lock] = laid(firm, date(2026, 3, 4))
    assert (lock.effect, lock.domain, lock.by, lock.record.seq, lock.opens) == ("stop", "tender", "天津市住房和城乡建设委员会", entry.seq, date(2027, 3, 4))
    make.do(matter, "feedback", date(2026, 4, 1), office.housing, result="stopped", note="资格审查不予通过")
    assert services.settle_due(on=date(2027, 3, 20), at=make.at(date(2027, 3, 20))) == 1
    assert kernel.state_of(make.again(matter)) == "ended"


def test_when_the_record_ends_the_lock_is_open_the_same_day(office):
    firm = desk.firm()
    entry = black(office, firm)
    locked(office, entry)
    acts_on_ledger.repair(by=office.leader, entry=entry, on=date(2027, 3, 1), because="修复")
    assert [len(laid(firm, day)) for day in (date(2027, 2, 28), date(2027, 3, 1))] == [1, 0]


def test_a_lock_without_a_last_day_ends_with_the_three_years_of_the_listing(office):
    firm = desk.firm()
    locked(office, black(office, firm))
    assert [len(laid(firm, day)) for day in (date(2029, 2, 27), date(2029, 2, 28))] == [1, 0]


def test_a_lock_may_not_outlast_its_record_nor_begin_before_it_nor_leave_the_catalogue(office):
    matter = asked(office, black(office, desk.firm()))
    make.do(matter, "receive", ON, office.housing)
    for wrong, word in (
        ({"ends": "2029-02-28"}, "不能长于所据记录"), ({"begins": "2026-03-01"}, "不能自今天"), ({"ends": "2026-03-03"}, "不能早于起始日"),
        ({"measure": "m07"}, "适用于所选的领域"), ({"acts": ["honour"]}, "不属于所选的领域"),
    ):  # fmt: skip
        with pytest.raises(procedure.FieldWrong, match=word):
            make.do(matter, "lock", ON, office.housing, **(LOCK | wrong))


def test_nothing_is_asked_or_locked_on_a_record_that_has_ended(office):
    entry = black(office, desk.firm())
    matter = asked(office, entry)
    make.do(matter, "receive", ON, office.housing)
    acts_on_ledger.withdraw(by=office.leader, entry=entry, on=ON, because="撤销")
    with pytest.raises(procedure.NotYet, match="所据记录已经终止"):
        make.do(matter, "lock", ON, office.housing, **LOCK)
    with pytest.raises(services.NotLive):
        asked(office, entry)


def test_no_natural_person_is_restricted_without_proof_of_who_it_is(office):
    firm = desk.firm()
    matter = asked(office, black(office, firm), measure="m02", domain="post", acts=["post"])
    make.do(matter, "receive", ON, office.housing)
    told = LOCK | {"measure": "m02", "domain": "post", "acts": ["post"]}
    with pytest.raises(procedure.FieldWrong, match="姓名和身份证件号码"):
        make.do(matter, "lock", ON, office.housing, **told)
    who = parties.Person(name="演示负责人", person=True, id_number="演示身份号")
    parties.join(make.again(matter), by=office.housing, role="person", who=who, on=ON, expected_version=make.again(matter).version)
    with pytest.raises(procedure.FieldWrong, match="身份的核实方式"):
        make.do(matter, "lock", ON, office.housing, **told)
    make.do(matter, "lock", ON, office.housing, **told, identity="与登记机关人像比对一致")
    assert len(laid(firm, date(2026, 3, 4), "post")) == 1


def test_a_department_may_refuse_with_a_reason_and_the_asker_may_recall(office):
    firm = desk.firm()
    entry = black(office, firm)
    refused, recalled = asked(office, entry), locked(office, entry)
    make.do(refused, "refuse", ON, office.housing, reason="没有法律依据")
    make.do(recalled, "recall", date(2026, 5, 6), office.clerk, reason="过惩不当")
    assert [len(laid(firm, day)) for day in (date(2026, 5, 5), date(2026, 5, 6))] == [1, 0]
    chief = make.officer("L-9", "leader", office.housing.agency, "unit")
    with pytest.raises(procedure.NothingToUndo):
        procedure.undo(make.again(recalled), by=chief, on=date(2026, 5, 7), expected_version=make.again(recalled).version, reason="x")


def test_an_answer_names_the_lock_of_the_department_and_what_became_of_it_is_counted_once(office):
    firm = desk.firm()
    matter = locked(office, black(office, firm))
    answer, found = services.ask(uscc=firm.uscc, act="tender", on=ON, at=make.at(ON), by=office.clerk)
    assert answer.verdict == "stop"
    assert {"code": "restriction", "entry": found[-1].record.seq, "matter": matter.pk} in answer.locks
    for _ in range(2):
        services.feed_back(answer, result="stopped", note="资格审查未通过", by=office.clerk, at=make.at(ON))
    assert Outcome.objects.count() == 1
    told = counters.of(None, ON)
    assert (told.stopped, told.answers, told.effective) == (1, 1, 1)


def test_the_counters_show_that_every_live_lock_has_a_live_cause(office):
    entries = [black(office, desk.firm(n)) for n in (1, 2, 3)]
    for entry in entries:
        locked(office, entry)
    acts_on_ledger.withdraw(by=office.leader, entry=entries[0], on=date(2026, 4, 1), because="撤销")
    before, after = counters.of(None, date(2026, 3, 31)), counters.of(None, date(2026, 4, 1))
    assert (before.laid, before.released_with_cause, before.without_cause) == (3, 0, 0)
    assert (after.laid, after.released_with_cause, after.without_cause) == (2, 1, 0)
    assert {row.code: row.count for row in after.by_rule}["serious-list-commitment"] == 2
    assert [(row.code, row.count) for row in after.by_domain if row.count] == [("tender", 2)]


DAYS = st.integers(0, 1500).map(lambda n: date(2026, 1, 1) + timedelta(days=n))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(listed=st.integers(0, 300), end=st.integers(0, 1500), until=st.integers(0, 900), lifted=st.integers(1, 900), closed=st.booleans(), released=st.booleans(), asked_on=DAYS)
def test_on_no_day_is_there_a_lock_without_a_live_record_behind_it(office, listed, end, until, lifted, closed, released, asked_on):
    firm = desk.firm(1 + Restriction.objects.count())
    first = date(2026, 1, 1) + timedelta(days=listed)
    entry = black(office, firm, first)
    matter = locked(office, entry, first, ends=(first + timedelta(days=until)).isoformat())
    if released:
        make.do(matter, "unlock", first + timedelta(days=lifted), office.housing, reason="提前解除")
    if closed:
        acts_on_ledger.end(by=office.leader, entry=entry, on=first + timedelta(days=end), because="移出")
    ends = [first + timedelta(days=until + 1), date(first.year + 3, first.month, first.day) + timedelta(days=1)]
    ends += [first + timedelta(days=lifted)] if released else []
    ends += [first + timedelta(days=end)] if closed else []
    assert bool(laid(firm, asked_on)) == (first <= asked_on < min(ends))
    told = counters.of(None, asked_on)
    assert told.without_cause == 0
