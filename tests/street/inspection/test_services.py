"""Two officers inspect, one signed result goes on record: in the procedure, in the ledger, in the class."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hengjian.ground.kit.refusals import NotAllowed, Stale
from hengjian.ground.people.models import Holding
from hengjian.ground.procedure import queries as procedures
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.services import NothingToUndo, SecondPersonNeeded, WrongState
from hengjian.street.assessment import queries as classes
from hengjian.street.assessment.models import Run
from hengjian.street.inspection import queries, reviewing, services
from hengjian.street.inspection.errors import AlreadyRecorded, BadFinding, NotDrawn, NotOnTeam
from hengjian.street.inspection.models import Result, Visit
from hengjian.street.ledger import queries as ledger
from tests import factories_draw as draws
from tests import factories_inspection as make

pytestmark = pytest.mark.django_db


def entries(visit):
    return [entry.kind for entry in ledger.entries_of(visit.entity.uscc)]


def colour(visit, on=draws.ON):
    return classes.class_of(visit.entity, on=on).class_code


def state(visit):
    return procedures.state_of(Visit.objects.get(pk=visit.pk).proceeding)


def do(visit, act, by, on=draws.ON, **body):
    matter = Visit.objects.get(pk=visit.pk).proceeding
    return procedure.act(matter, act, by=by, on=on, expected_version=matter.version, body=body)


def test_every_drawn_entity_gets_a_visit_by_its_team_and_assigning_again_changes_nothing():
    draw = make.drawn(quota=5)
    first = services.assign_visits(draw, by=draw.operator, at=make.AT)
    again = services.assign_visits(draw, by=draw.operator, at=make.AT)
    assert [v.pk for v in first] == [v.pk for v in again]
    assert len(first) == 5
    assert all({o.pk for o in v.officers.all()} == {o.pk for o in v.pick.team.officers.all()} for v in first)
    assert [v.proceeding.serial for v in first] == [1, 2, 3, 4, 5]


def test_a_visit_is_due_by_the_last_day_of_the_plan_and_without_one_by_the_end_of_the_year():
    draw = make.drawn(until=date(2026, 5, 29))
    assert {v.due for v in services.assign_visits(draw, by=draw.operator, at=make.AT)} == {date(2026, 5, 29)}
    other = make.drawn_again(draw)
    assert {v.due for v in services.assign_visits(other, by=draw.operator, at=make.AT)} == {date(2026, 12, 31)}


def test_no_team_leaves_before_the_draw():
    draw = make.drawn(upto="seeded")
    with pytest.raises(NotDrawn):
        services.assign_visits(draw, by=draw.operator, at=make.AT)


def test_a_result_becomes_a_record_of_the_ledger(visit):
    result = make.record(visit, make.breach())
    [entry] = ledger.entries_of(visit.entity.uscc)
    assert (entry.kind, entry.decided, entry.document) == ("inspection", draws.ON, visit.proceeding.number)
    assert entry.body["result"] == ["B"]
    assert entry.body["items"] == "年度报告公示信息、企业名称规范使用情况"
    assert "未按期公示" not in str(entry.body)
    assert (result.entry_id, state(visit)) == (entry.seq, "reviewed")


def test_a_result_counts_nowhere_before_its_review_and_is_of_the_day_it_was_recorded(visit):
    """Recorded on Monday 2 March, reviewed on Thursday: the record and its twenty days are of the 2nd."""
    made = make.recorded(visit, make.refused())
    assert (entries(visit), colour(visit), made.entry_id, state(visit)) == ([], "green", None, "recorded")
    make.review(visit, at=make.at(2026, 3, 5))
    made.refresh_from_db()
    assert (made.reviewed, entries(visit), colour(visit, date(2026, 3, 5))) == (make.at(2026, 3, 5), ["refused-inspection", "inspection"], "yellow")
    assert {entry.decided for entry in ledger.entries_of(visit.entity.uscc)} == {draws.ON}
    assert queries.deadlines_of(made)[0].day == date(2026, 3, 30)


def test_a_result_that_is_sent_back_never_counted_and_the_team_records_anew(visit, leader):
    wrong = make.recorded(visit, make.refused())
    fresh = Visit.objects.get(pk=visit.pk)
    with pytest.raises(BadFinding, match="退回的理由|需要补正"):
        reviewing.send_back(fresh, reason=" ", by=leader, at=make.AT, expected_version=fresh.proceeding.version)
    reviewing.send_back(fresh, reason="没有写明见证人的单位", by=leader, at=make.at(2026, 3, 3), expected_version=fresh.proceeding.version)
    assert (state(visit), entries(visit), queries.result_of(visit)) == ("assigned", [], None)
    with pytest.raises(AlreadyRecorded, match="退回"):
        make.recorded(visit, make.refused())  # the phone sends what it had sent before
    right = make.record(visit, make.refused(), token="after-correction", at=make.at(2026, 3, 4))
    assert (queries.result_of(visit), list(queries.earlier_results(visit))) == (right, [wrong])
    assert entries(visit) == ["refused-inspection", "inspection"]
    matter = Visit.objects.get(pk=visit.pk).proceeding
    assert {face.name: face.stopped for face in procedures.clocks_of(matter)}["visit"] == date(2026, 3, 4)
    assert procedures.first_altered(matter) is None


def test_nobody_sends_back_what_they_recorded(visit):
    author = make.team(visit)[0]
    make.recorded(visit, by=author)
    Holding.objects.create(officer=author, post="leader")
    fresh = Visit.objects.get(pk=visit.pk)
    with pytest.raises(SecondPersonNeeded):
        reviewing.send_back(fresh, reason="改主意", by=author, at=make.AT, expected_version=fresh.proceeding.version)
    assert queries.result_of(visit)


def test_a_clean_result_leaves_the_entity_good(visit):
    make.record(visit)
    assert colour(visit) == "green"


def test_refusing_the_inspection_makes_a_firm_yellow_under_the_2017_rules(visit):
    result = make.record(visit, make.refused())
    assert result.codes == ["8"]
    assert entries(visit) == ["refused-inspection", "inspection"]
    assert colour(visit) == "yellow"
    [reason] = classes.explain(visit.entity, on=draws.ON).reasons
    assert reason.rule.id == "tianjin-2017.yellow.refused-inspection"


def test_a_firm_that_cannot_be_found_gets_its_code_but_is_no_refusal(visit):
    assert make.record(visit, make.not_found()).codes == ["6"]
    assert entries(visit) == ["inspection"]
    assert colour(visit) == "green"


def test_a_firm_that_cannot_be_found_is_listed_as_abnormal_within_ten_working_days(visit):
    """Verified on Monday 2 March 2026: published by the 30th, listed by Monday 16 March."""
    publish, listing = queries.deadlines_of(make.record(visit, make.not_found()))
    assert (publish.day, publish.rule) == (date(2026, 3, 30), "publication.inspection")
    assert (listing.day, listing.basis) == (date(2026, 3, 16), "saic-68-2014 §8-9")


def test_a_clean_result_sets_only_its_publication_running(visit):
    assert [due.rule for due in queries.deadlines_of(make.record(visit))] == ["publication.inspection"]


def test_the_same_token_twice_gives_the_same_result(visit):
    assert make.record(visit).pk == make.record(visit, make.breach()).pk
    assert entries(visit) == ["inspection"]


def test_a_second_result_is_refused(visit):
    make.record(visit)
    with pytest.raises(AlreadyRecorded, match="先由负责人撤回"):
        make.record(visit, make.breach(), token="another-token")
    assert Result.objects.get().codes == ["1"]


def test_a_token_belongs_to_one_visit(visits):
    make.record(visits[0], token="one-token-only")
    with pytest.raises(AlreadyRecorded, match="另一次检查"):
        make.record(visits[1], token="one-token-only")


def test_only_the_officers_drawn_for_a_visit_record_it(visit):
    stranger = make.officer("I-99", "inspector")
    with pytest.raises(NotOnTeam):
        make.record(visit, by=stranger)
    assert state(visit) == "assigned"


def test_both_officers_stand_on_the_record(visit):
    result = make.record(visit, by=make.team(visit)[1])
    assert [result.by, result.second] == list(reversed(make.team(visit)))


def test_an_inspection_needs_two_officers(visit):
    visit.officers.remove(make.team(visit)[1])
    with pytest.raises(SecondPersonNeeded, match="两名执法人员"):
        make.record(visit)


def test_the_second_officer_must_be_an_inspector_too(visit):
    Holding.objects.filter(officer=make.team(visit)[1]).update(until=date(2026, 1, 31))
    with pytest.raises(NotAllowed, match="第二名"):
        make.record(visit)


def test_a_refused_result_leaves_no_trace(visit):
    with pytest.raises(BadFinding):
        make.record(visit, make.clean(codes=("B",)))
    assert (state(visit), entries(visit), Result.objects.count()) == ("assigned", [], 0)


def test_the_author_does_not_review_and_a_leader_does(visit, leader):
    make.recorded(visit)
    author = make.team(visit)[0]
    Holding.objects.create(officer=author, post="leader")
    with pytest.raises(SecondPersonNeeded, match="不能审核自己"):
        do(visit, "review", author)
    do(visit, "review", leader)
    assert state(visit) == "reviewed"


def test_an_inspection_is_closed_only_after_review(visit, leader):
    make.recorded(visit, make.breach())
    with pytest.raises(WrongState):
        do(visit, "close", make.team(visit)[0])
    do(visit, "review", leader)
    do(visit, "follow", make.team(visit)[0], disposal="order-correct", measure="责令限期改正", due="2026-03-31")
    do(visit, "close", make.team(visit)[0], on=date(2026, 3, 30), outcome="已改正")
    assert Visit.objects.get(pk=visit.pk).proceeding.closed == date(2026, 3, 30)


def test_a_leader_takes_a_wrong_result_back_and_the_team_records_anew(visit, leader):
    wrong = make.record(visit, make.refused())
    services.take_back(visit, reason="把邻铺误认为被查主体", by=leader, at=make.at(2026, 3, 3))
    assert state(visit) == "assigned"
    assert colour(visit, date(2026, 3, 3)) == "green"
    right = make.record(visit, token="after-correction", at=make.at(2026, 3, 4))
    assert (queries.result_of(visit), list(queries.earlier_results(visit))) == (right, [wrong])
    kinds = ["inspection", "withdrawal", "withdrawal", "refused-inspection", "inspection"]
    assert [e.kind for e in sorted(ledger.entries_of(visit.entity.uscc), key=lambda e: -e.seq)] == kinds
    assert procedures.first_altered(Visit.objects.get(pk=visit.pk).proceeding) is None


def test_an_inspector_cannot_take_a_result_back(visit):
    make.record(visit)
    with pytest.raises(NotAllowed):
        services.take_back(visit, reason="改主意", by=make.team(visit)[0], at=make.AT)
    assert queries.result_of(visit)


def test_nothing_is_taken_back_where_nothing_was_recorded(visit, leader):
    with pytest.raises(NothingToUndo):
        services.take_back(visit, reason="无", by=leader, at=make.AT)


def test_an_act_in_between_is_noticed(visit):
    seen = procedures.Proceeding.objects.get(pk=visit.proceeding_id)
    do(visit, "notify", make.team(visit)[0], method="电话通知")
    with pytest.raises(Stale):
        procedure.act(seen, "notify", by=make.team(visit)[0], on=draws.ON, expected_version=seen.version, body={"method": "x"})


def test_many_results_cost_few_statements_each_and_one_computation_of_classes():
    found = make.visits(quota=20, inspectors=6)
    reports = [services.Report(v, make.clean(), f"token-{v.pk:08d}", v.officers.all()[0]) for v in found]
    with CaptureQueriesContext(connection) as asked:
        results = services.record_results(reports, at=make.AT)
        reviewing.review_many([result.visit for result in results], by=make.officer("L-1", "leader"), at=make.AT)
    assert len(results) == len(found) == 20
    assert len(asked) <= 60 * len(found) + 60  # savepoints included
    rulesets = list(Run.objects.values_list("ruleset", flat=True))
    assert rulesets
    assert len(rulesets) == len(set(rulesets))
