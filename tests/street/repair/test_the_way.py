"""The statute's way through repair and every side exit, with days across Spring Festival and the change of law."""

from __future__ import annotations

from datetime import date

import pytest

from hengjian.ground.kit.refusals import Invalid, NotAllowed, NotFound
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import proposals, services
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure.models import Paper
from hengjian.street.assessment import services as assessment
from hengjian.street.ledger import queries as ledger
from hengjian.street.ledger import services as ledger_acts
from hengjian.street.listing import queries as listing
from hengjian.street.listing import services as listing_acts
from hengjian.street.listing.models import Listing
from hengjian.street.publication import queries as publication
from hengjian.street.publication.models import PublicNotice
from hengjian.street.repair import effects, queries
from hengjian.street.repair import services as repair
from tests import factories_desk as desk
from tests import factories_listing as lists
from tests import factories_repair as make

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 2)
JUNE = date(2026, 6, 3)


@pytest.fixture
def entry(firm, by):
    return make.penalty(firm, by, MARCH)


def due(matter, name, on):
    return next(face.due for face in procedure.clocks_of(make.again(matter), on) if face.name == name)


def state(matter):
    return procedure.state_of(make.again(matter))


def shown(entry, on):
    return publication.notice(entry.seq, on) is not None


def test_the_main_way_hides_the_record_on_the_day_of_the_decision(entry, by):
    matter = make.asked(entry, JUNE)
    assert (state(matter), matter.awaits, matter.owner, due(matter, "accept", JUNE)) == ("received", "repair.handle", None, date(2026, 6, 5))
    make.accepted(matter, date(2026, 6, 5), by)
    assert due(matter, "decide", date(2026, 6, 5)) == date(2026, 6, 16)
    make.verified(matter, date(2026, 6, 9), by)
    assert shown(entry, date(2026, 6, 9))
    make.approved(matter, "grant", date(2026, 6, 10), by)
    assert due(matter, "process", date(2026, 6, 10)) == date(2026, 6, 15)
    make.followed(date(2026, 6, 10))
    assert state(matter) == "done"
    assert not shown(entry, date(2026, 6, 10))
    closing = ledger.closing_of(entry)
    assert (closing.kind, closing.body["matter"], closing.issuer) == ("repair", matter.number, by.agency)
    said = make.again(matter).events.get(act="process").body
    assert said == {"hidden": "2026-06-10", "records": entry.document}
    assert procedure.first_altered(make.again(matter)) is None
    assert [paper.form for paper in Paper.objects.filter(proceeding=matter).order_by("pk")] == ["repair-form.03", "repair-form.05"]


def test_nothing_is_repaired_by_one_person_alone(entry, by):
    matter = make.asked(entry, JUNE)
    make.accepted(matter, JUNE, by)
    make.verified(matter, JUNE, by)
    found = make.again(matter)
    with pytest.raises(services.SecondPersonNeeded):
        services.act(found, "grant", by=by.first, on=JUNE, at=make.at(JUNE), expected_version=found.version)
    found = make.again(matter)
    proposals.propose(found, "grant", by=by.first, on=JUNE, at=make.at(JUNE), expected_version=found.version)
    assert make.again(matter).awaits == "repair.decide"
    for wrong in (by.first, by.other):
        found = make.again(matter)
        with pytest.raises((services.SecondPersonNeeded, NotAllowed)):
            proposals.confirm(found, "grant", by=wrong, on=JUNE, at=make.at(JUNE), expected_version=found.version)
    assert ledger.closing_of(entry) is None
    found = make.again(matter)
    proposals.confirm(found, "grant", by=by.leader, on=JUNE, at=make.at(JUNE), expected_version=found.version)
    assert ledger.closing_of(entry).kind == "repair"


def test_an_application_before_the_festival_is_accepted_by_the_second_working_day(firm, by):
    old = make.penalty(firm, by, date(2025, 11, 10))
    matter = make.asked(old, date(2026, 2, 13))
    assert due(matter, "accept", date(2026, 2, 13)) == date(2026, 2, 24)
    make.accepted(matter, date(2026, 2, 14), by)  # a Saturday at work
    assert due(matter, "decide", date(2026, 2, 14)) == date(2026, 3, 3)


def test_an_application_of_the_eve_of_order_107_keeps_the_old_clocks_and_its_old_articles(firm, by):
    old = make.penalty(firm, by, date(2025, 6, 20))
    matter = make.asked(old, date(2025, 12, 24))
    assert (matter.kind, due(matter, "accept", date(2025, 12, 24))) == ("credit-repair-2021", date(2025, 12, 26))
    make.accepted(matter, date(2025, 12, 26), by)
    assert due(matter, "decide", date(2025, 12, 26)) == date(2026, 1, 19)
    make.verified(matter, date(2026, 1, 5), by)
    make.approved(matter, "grant", date(2026, 1, 6), by)
    assert ledger.closing_of(old).body["way"] == "penalty-2021"
    new = make.penalty(firm, by, date(2025, 6, 23), "津蓟市监罚〔2025〕2号")
    later = make.asked(new, date(2025, 12, 25))
    assert later.kind == "credit-repair"
    make.accepted(later, date(2025, 12, 29), by)
    assert due(later, "decide", date(2025, 12, 29)) == date(2026, 1, 8)


def test_the_counter_takes_nothing_too_early_and_the_window_takes_it_to_be_refused(entry, by):
    with pytest.raises(repair.NotRepairable, match="2026-06-03"):
        make.asked(entry, date(2026, 6, 2))
    matter = make.asked(entry, date(2026, 6, 2), channel="window", files={})
    with pytest.raises(services.NotYet, match="2026-06-03"):
        make.accepted(matter, date(2026, 6, 4), by)
    make.approved(matter, "refuse-entry", date(2026, 6, 4), by, refusal="too-early", reasons="未满三个月")
    assert state(matter) == "declined"
    assert shown(entry, date(2026, 6, 4))
    again = make.asked(entry, date(2026, 6, 5))
    assert state(again) == "received"


def test_missing_materials_are_told_once_and_the_clock_starts_anew(entry, by):
    matter = make.asked(entry, JUNE)
    make.do(matter, "ask", date(2026, 6, 4), by.first, missing="缺少缴款凭证")
    assert [face for face in procedure.clocks_of(make.again(matter), date(2026, 7, 1)) if not face.stopped] == []
    more = {"performed": [repair.File("凭证.txt", "已缴款".encode())]}
    repair.supply(uscc=entry.uscc, matter=make.again(matter), said="已补", files=more, actor="firm", on=date(2026, 6, 18), at=make.at(date(2026, 6, 18)))
    assert due(matter, "accept-completed", date(2026, 6, 18)) == date(2026, 6, 23)  # Dragon Boat festival on the 19th
    with pytest.raises(services.NotYet):
        make.do(matter, "ask", date(2026, 6, 22), by.first, missing="再缺")
    kept = [one.name for one in make.again(matter).attachments.order_by("position")]
    assert kept == ["说明.txt", "照片.txt", "凭证.txt"]


def test_the_firm_changes_its_materials_and_takes_its_application_back(entry, by):
    matter = make.asked(entry, JUNE)
    repair.supply(uscc=entry.uscc, matter=make.again(matter), said="换一份", files={}, actor="firm", on=JUNE, at=make.at(JUNE))
    assert state(matter) == "received"
    with pytest.raises(NotFound):
        repair.retract(uscc="91120101MA0000015R", matter=make.again(matter), actor="other", on=JUNE, at=make.at(JUNE))
    repair.retract(uscc=entry.uscc, matter=make.again(matter), actor="firm", on=JUNE, at=make.at(JUNE))
    assert state(matter) == "retracted"
    with pytest.raises(services.WrongState):
        repair.supply(uscc=entry.uscc, matter=make.again(matter), said="再换", files={}, actor="firm", on=JUNE, at=make.at(JUNE))


def test_a_refusal_names_its_ground_and_leaves_the_record_public(entry, by):
    matter = make.asked(entry, JUNE)
    make.accepted(matter, JUNE, by)
    make.verified(matter, JUNE, by, met=["performed", "not-repeated", "not-listed"])
    found = make.again(matter)
    with pytest.raises(services.NotYet, match="消除危害后果"):
        proposals.propose(found, "grant", by=by.first, on=JUNE, at=make.at(JUNE), expected_version=found.version)
    make.approved(matter, "refuse", JUNE, by, refusal="not-corrected", reasons="现场仍在销售")
    assert (state(matter), shown(entry, JUNE)) == ("refused", True)
    assert [paper.form for paper in Paper.objects.filter(proceeding=matter).order_by("pk")] == ["repair-form.03", "repair-form.06"]


def test_a_decision_may_be_put_off_once_by_ten_working_days_and_only_by_another(entry, by):
    matter = make.asked(entry, JUNE)
    make.accepted(matter, JUNE, by)
    make.approved(matter, "extend", date(2026, 6, 8), by, reasons="需要实地核实")
    assert due(matter, "decide", date(2026, 6, 8)) == date(2026, 6, 29)
    found = make.again(matter)
    with pytest.raises(services.NotYet):
        proposals.propose(found, "extend", by=by.first, on=JUNE, at=make.at(JUNE), expected_version=found.version, body={"reasons": "再"})


def test_the_abnormal_list_has_an_acceptance_and_a_time_of_its_own(firm, by):
    listed = make.listing(firm, by, MARCH)
    day = date(2026, 3, 9)
    matter = make.asked(listed, day, files={"cause-removed": [make.TEXT]})
    with pytest.raises(services.NotYet):
        make.accepted(matter, day, by, "accept")
    make.accepted(matter, day, by, "accept-list")
    assert due(matter, "decide-list", day) == date(2026, 3, 11)
    locked = {lock.code for lock in listing.restrictions(firm.uscc, day)}
    assert locked
    make.verified(matter, date(2026, 3, 10), by, met=["cause-removed"])
    make.approved(matter, "grant", date(2026, 3, 11), by)
    make.followed(date(2026, 3, 11))
    assert listing.restrictions(firm.uscc, date(2026, 3, 11)) == []
    assert listing.restrictions(firm.uscc, date(2026, 3, 10)) != []
    assert not shown(listed, date(2026, 3, 11))


def test_the_class_is_better_after_the_repair(entry, firm, by):
    before = entry.seq - 1
    assessment.recompute_since(before, on=JUNE)
    effects.publication.publish_entities(on=JUNE)
    assert publication.public_entity(firm.uscc, JUNE).class_code == "yellow"
    matter = make.asked(entry, JUNE)
    application = make.granted(matter, JUNE, by)
    effects.spread(firm.uscc, application.repaired_id, JUNE, make.at(JUNE))
    assert publication.public_entity(firm.uscc, JUNE).class_code == "green"


def test_one_form_asks_for_several_records_with_one_set_of_materials(entry, firm, by):
    other = make.penalty(firm, by, MARCH, "津蓟市监罚〔2026〕2号")
    told = repair.Asked("", firm.name, make.FILES)
    opened = repair.apply(uscc=firm.uscc, entries=[entry.seq, other.seq], asked=told, channel="counter", actor="firm", on=JUNE, at=make.at(JUNE))
    assert [make.again(one).attachments.count() for one in opened] == [2, 2]
    with pytest.raises(repair.AlreadyAsked):
        make.asked(other, JUNE)


def test_what_is_missing_or_unsigned_or_of_another_firm_is_refused(entry, firm, by):
    def ask(**more):
        told = {"uscc": firm.uscc, "entries": [entry.seq], "asked": repair.Asked("", firm.name, make.FILES), "channel": "counter", "actor": "x"}
        return repair.apply(**{**told, **more}, on=JUNE, at=make.at(JUNE))

    with pytest.raises(repair.NotCommitted):
        ask(asked=repair.Asked("", "", make.FILES))
    with pytest.raises(Invalid, match="消除影响"):
        ask(asked=repair.Asked("", firm.name, {"performed": [make.TEXT]}))
    with pytest.raises(Invalid, match="没有这种材料"):
        ask(asked=repair.Asked("", firm.name, {**make.FILES, "commitment": [make.TEXT]}))
    with pytest.raises(NotFound):
        ask(uscc=desk.firm(2).uscc)
    with pytest.raises(Invalid, match="自然人"):
        ask(asked=repair.Asked("联系 13800138000", firm.name, make.FILES))


def test_what_was_withdrawn_meanwhile_cannot_be_granted(entry, by):
    matter = make.asked(entry, JUNE)
    make.accepted(matter, JUNE, by)
    make.verified(matter, JUNE, by)
    ledger_acts.withdraw(by=by.first, entry=entry, on=JUNE, because="撤销", at=make.at(JUNE))
    found = make.again(matter)
    with pytest.raises(services.NotYet):
        proposals.propose(found, "grant", by=by.first, on=JUNE, at=make.at(JUNE), expected_version=found.version)


def test_a_granted_repair_is_no_wrong_click(entry, by):
    matter = make.asked(entry, JUNE)
    make.granted(matter, JUNE, by)
    found = make.again(matter)
    with pytest.raises(services.NothingToUndo):
        services.undo(found, by=by.leader, on=JUNE, expected_version=found.version, reason="错了", at=make.at(JUNE))


def test_a_repair_got_by_fraud_is_undone_the_record_public_for_a_new_term_and_the_firm_barred_for_three_years(entry, firm, by):
    application = make.granted(make.asked(entry, JUNE), JUNE, by)
    day = date(2026, 9, 1)
    fraud = repair.question(by=by.first, application=application, facts="缴款凭证系伪造", on=day, at=make.at(day))
    assert repair.question(by=by.first, application=application, facts="又", on=day, at=make.at(day)) == fraud
    make.do(fraud, "notify", day, by.first, facts="缴款凭证系伪造")
    found = make.again(fraud)
    with pytest.raises(services.FieldWrong, match="2026-09-04"):
        proposals.propose(found, "undo-repair", by=by.first, on=day, at=make.at(day), expected_version=found.version, body={"facts": "伪造", "reasons": "查实"})
    later = date(2026, 9, 7)
    make.approved(fraud, "undo-repair", later, by, facts="缴款凭证系伪造", reasons="银行证明凭证系伪造")
    make.followed(later)
    back = ledger.standing(firm.uscc, "penalty", entry.document)
    assert (back.act, back.decided, back.effective, back.refers_id) == ("restore", MARCH, later, entry.seq)
    notice = PublicNotice.objects.get(entry_seq=back.seq)
    assert (notice.published_on, notice.until) == (later, date(2027, 9, 7))
    assert notice.body["decided"] == "2026-03-02"
    promise = ledger.standing(firm.uscc, "commitment", application.proceeding.number)
    assert promise.body["state"] == "breached"
    barred = queries.eligibility(back, date(2027, 1, 4)).answer
    assert (barred.verdict, barred.opens) == ("barred", date(2026, 12, 8))
    assert "2029-09-07" in str(barred.bars[0])
    assert procedure.first_altered(make.again(fraud)) is None


def test_a_suspicion_that_was_heard_may_be_dropped(entry, firm, by):
    application = make.granted(make.asked(entry, JUNE), JUNE, by)
    fraud = repair.question(by=by.first, application=application, facts="疑似", on=JUNE, at=make.at(JUNE))
    make.do(fraud, "notify", JUNE, by.first, facts="疑似")
    make.do(fraud, "hear", JUNE, by.first, statement="凭证真实", answer="采纳，银行已确认")
    make.approved(fraud, "drop", JUNE, by, reasons="查明属实")
    assert ledger.closing_of(entry).kind == "repair"
    assert ledger.standing(firm.uscc, "penalty", entry.document) is None


def off_by_repair_and_back(matter, day, by):
    """A listing decided here is repaired on a day, and the repair undone for fraud a month later."""
    entry = lists.entry_of(matter)
    make.publication.publish_due(on=day)
    answer = queries.eligibility(entry, day).answer
    asked = make.asked(entry, day, files={item.code: [make.TEXT] for item in answer.materials})
    Officer.objects.filter(number__startswith="R-").update(scope="city")
    by.first.refresh_from_db()
    by.leader.refresh_from_db()
    met = [one.code for one in answer.conditions if one.code != "waited"]
    application = make.granted(asked, day, by, met=met, act="accept-list" if entry.kind == "abnormal-list" else "accept")
    assert (state(matter), procedure.task_of(lists.again(matter), day).state) == ("removed", "removed")
    later = date(day.year, day.month + 2, 8)
    fraud = repair.question(by=by.first, application=application, facts="材料系伪造", on=day, at=make.at(day))
    make.do(fraud, "notify", day, by.first, facts="材料系伪造")
    make.approved(fraud, "undo-repair", later, by, facts="材料系伪造", reasons="查实材料系伪造")
    return entry, fraud, later


def test_an_abnormal_listing_whose_repair_was_undone_stands_again_with_its_matter(by):
    office = lists.office()
    matter = lists.listed(office, MARCH, date(2026, 3, 10))
    entry, fraud, later = off_by_repair_and_back(matter, date(2026, 3, 16), by)
    back = lists.entry_of(matter)
    assert (back.act, back.refers_id, back.effective) == ("restore", entry.seq, later)
    assert (state(matter), Listing.objects.get(proceeding=matter).ended) == ("listed", None)
    assert lists.again(matter).events.get(act="stands-again").body["repair"] == fraud.number
    assert [one.matter for one in listing.live_listings(matter.subject, later)] == [lists.again(matter)]
    lists.do(matter, "reachable", later, office.clerk, facts="已重新取得联系")
    assert due(matter, "remove-reachable", later) > later
    lists.approved(matter, "remove", later, office, reason="已履行")
    assert ledger.closing_of(back).kind == "end"
    assert procedure.first_altered(lists.again(matter)) is None


def test_a_serious_listing_whose_repair_was_undone_stands_three_years_from_that_day(by):
    office = lists.office()
    matter = lists.serious(office, date(2025, 2, 11), date(2025, 2, 27))
    _entry, _fraud, later = off_by_repair_and_back(matter, date(2026, 3, 2), by)
    back = lists.entry_of(matter)
    assert (state(matter), later, back.until) == ("standing", date(2026, 5, 8), date(2029, 5, 8))
    assert (due(matter, "apply", later), due(matter, "end", later)) == (date(2027, 5, 8), date(2029, 5, 8))
    with pytest.raises(services.NotYet, match="2027-05-08"):
        lists.propose(matter, "remove", date(2026, 6, 1), office.clerk, reason="整改", performed=True, repaired=True)
    assert listing_acts.settle_due(on=date(2029, 5, 8)) == 0
    assert listing_acts.settle_due(on=date(2029, 5, 9)) == 1
    assert state(matter) == "removed"


def test_a_listing_of_another_province_leaves_and_comes_back_by_its_record_alone(by):
    office = lists.office()
    told = {"sender": "河北省某市场监督管理局", "document": "冀严列〔2025〕1号", "decided_on": "2025-02-27", "ground": "food.2", "facts": "演示事实"}
    matter = lists.found(office, date(2025, 3, 3), kind="serious-list-elsewhere", **told)
    lists.approved(matter, "publish", date(2025, 3, 3), office, **{name: told[name] for name in ("sender", "document", "decided_on", "ground")})
    entry = lists.entry_of(matter)
    listing_acts.lift(by=by.first, entry=entry, on=date(2026, 3, 2), because="信用修复", at=make.at(date(2026, 3, 2)))
    assert Listing.objects.get(proceeding=matter).ended == date(2026, 3, 2)
    back = listing_acts.stand_again(by=by.first, entry=entry, on=date(2026, 5, 8), because="伪造", at=make.at(date(2026, 5, 8)))
    assert (Listing.objects.get(proceeding=matter).ended, lists.entry_of(matter), back.until) == (None, back, date(2029, 5, 8))
    assert [one.entry for one in listing.live_listings(matter.subject, date(2026, 5, 8))] == [back]
