"""A firm objects to a record or replies to it: marked in time, verified, and printed beside the record."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache

from hengjian.doors.exchange import lines
from hengjian.ground.kit import clock
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.kit.refusals import Invalid, NotAllowed, NotFound, Refusal
from hengjian.ground.people.models import Agency, Holding, Officer, Representative
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure import services as acts
from hengjian.street import ledger
from hengjian.street.ledger import answering, queries, services
from hengjian.street.ledger.models import Entry
from hengjian.street.publication import entities
from hengjian.street.publication import queries as publication
from hengjian.street.publication import services as publication_acts
from hengjian.street.register import services as register
from tests.factories_intake import code

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 2, 13)  # the Saturday after it is a make-up working day before Spring Festival


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)


@pytest.fixture
def officer() -> Officer:
    agency = Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")
    user = get_user_model().objects.create_user("case", password="x")
    found = Officer.objects.create(number="A1", name="测试员", agency=agency, user=user, scope="unit")
    Holding.objects.create(officer=found, post="case-officer", since=date(2020, 1, 1))
    return found


@pytest.fixture
def fine(officer) -> Entry:
    cache.clear()
    shop = register.enter(uscc=code(0), name="天津示例000000有限公司", district="120101", at=at(date(2026, 1, 5)))
    entry = ledger.append(
        by=officer, entity=shop, kind="penalty", on=date(2026, 2, 3), document="罚1号", fine_fen=500_000, at=at(date(2026, 2, 4)),
        body={"kind_of_penalty": ["03"], "facts": "销售超过保质期的食品", "name": shop.name},
    )  # fmt: skip
    entities.copy([shop.pk], "tianjin-2017", 1)
    publication_acts.publish_due(on=date(2026, 2, 5))
    return entry


def object_to(entry: Entry, on: date = FRIDAY, text: str = "处罚的不是本企业"):
    return answering.object_to(uscc=entry.uscc, entry=entry, text=text, actor="firm", on=on, at=at(on))


def reply_to(entry: Entry, on: date = FRIDAY, text: str = "已于二月十日整改完毕"):
    return answering.reply_to(uscc=entry.uscc, entry=entry, text=text, actor="firm", on=on, at=at(on))


def do(matter, name: str, officer: Officer, on: date, **body):
    matter.refresh_from_db()
    return acts.act(matter, name, by=officer, on=on, expected_version=matter.version, body=body, at=at(on))


def notice(entry: Entry, on: date):
    publication_acts.publish_due(on=on)
    return publication.notice(entry.seq, on)


def test_the_mark_is_due_on_the_next_working_day_and_the_answer_twenty_working_days_later(fine):
    due = {clock_.name: clock_.due for clock_ in procedure.clocks_of(object_to(fine))}
    assert due == {"flag": date(2026, 2, 14), "decide": date(2026, 3, 19)}


def test_the_public_sees_the_mark_from_the_day_it_is_set_and_then_the_outcome(officer, fine):
    matter = object_to(fine)
    assert notice(fine, FRIDAY).objection == {}
    do(matter, "flag", officer, FRIDAY)
    assert notice(fine, FRIDAY).objection == {"flagged": "2026-02-13"}
    do(matter, "refuse", officer, date(2026, 3, 2), reasons="经核对原件，当事人无误")
    told = notice(fine, date(2026, 3, 2)).objection
    assert (told["outcome"], told["decided"], told["because"]) == ("refused", "2026-03-02", "经核对原件，当事人无误")
    assert services.verify().whole


def test_an_upheld_objection_takes_the_record_away(officer, fine):
    matter = object_to(fine)
    do(matter, "flag", officer, FRIDAY)
    do(matter, "uphold", officer, date(2026, 3, 2), remedy="withdraw", reasons="文书号录错")
    assert notice(fine, date(2026, 3, 2)) is None
    assert not queries.facts(date(2026, 3, 2), uscc=fine.uscc).filter(kind="penalty").exists()
    # As it was known the day before, the fine still counted.
    assert queries.facts(date(2026, 3, 2), date(2026, 3, 1), uscc=fine.uscc).filter(kind="penalty").exists()


def test_an_upheld_objection_may_put_a_true_record_in_its_place_whose_days_are_not_begun_again(officer, fine):
    reply = reply_to(fine)
    do(reply, "release", officer, FRIDAY)
    until = notice(fine, FRIDAY).until
    matter = object_to(fine)
    do(matter, "flag", officer, FRIDAY)
    changed = {"fine_fen": 50_000, "decided": "2026-02-03"}
    do(matter, "uphold", officer, date(2026, 3, 2), remedy="correct", reasons="金额录错", changed=changed)
    assert notice(fine, date(2026, 3, 2)) is None
    true = Entry.objects.get(kind="penalty", act="correct")
    shown = notice(true, date(2026, 3, 2))
    assert (shown.until, shown.replies[0]["text"], shown.objection["outcome"]) == (until, "已于二月十日整改完毕", "upheld")
    assert true.fine_fen == 50_000


def test_a_reply_stands_beside_the_record_once_it_was_read_and_goes_when_the_firm_takes_it_back(officer, fine):
    matter = reply_to(fine)
    assert notice(fine, FRIDAY).replies == []
    do(matter, "release", officer, FRIDAY)
    assert [one["text"] for one in notice(fine, FRIDAY).replies] == ["已于二月十日整改完毕"]
    matter.refresh_from_db()
    answering.retract(uscc=fine.uscc, matter=matter, actor="firm", on=date(2026, 2, 25), at=at(date(2026, 2, 25)))
    assert notice(fine, date(2026, 2, 25)).replies == []
    # As of the day before, it stood there.
    beside = queries.remarks_on([fine.seq], on=date(2026, 2, 24), known=date(2026, 2, 24))
    assert [one.body["text"] for one in beside[fine.seq]] == ["已于二月十日整改完毕"]


@pytest.fixture
def corrected(officer, fine) -> Entry:
    """The true record that took the place of the fine, to which the firm had replied and objected."""
    do(reply_to(fine), "release", officer, FRIDAY)
    do(object_to(fine), "flag", officer, FRIDAY)
    notice(fine, FRIDAY)
    true = services.correct(by=officer, entry=fine, on=date(2026, 2, 24), because="金额录错", fine_fen=50_000, at=at(date(2026, 2, 24)))
    shown = notice(true, date(2026, 2, 24))
    assert (len(shown.replies), shown.objection) == (1, {"flagged": "2026-02-13"})
    return true


def test_a_reply_taken_back_after_the_record_was_corrected_is_not_printed_beside_the_true_one(officer, fine, corrected):
    matter = queries.matters_on(fine).get(kind="reply")
    answering.retract(uscc=fine.uscc, matter=matter, actor="firm", on=date(2026, 2, 25), at=at(date(2026, 2, 25)))
    shown = notice(corrected, date(2026, 2, 25))
    assert shown.replies == []
    told, _through, more = lines.changed(shown.changed_seq - 1, 1, date(2026, 2, 25))
    assert [(line["entry_seq"], line["state"]) for line in told] == [(fine.seq, "gone"), (corrected.seq, "shown")]
    assert not more


def test_an_objection_decided_after_the_record_was_corrected_is_decided_beside_the_true_one(officer, fine, corrected):
    do(queries.matters_on(fine).get(kind="objection"), "refuse", officer, date(2026, 3, 2), reasons="当事人无误")
    assert notice(corrected, date(2026, 3, 2)).objection["outcome"] == "refused"


def test_a_returned_reply_is_never_shown(officer, fine):
    do(reply_to(fine), "return", officer, FRIDAY, reasons="有举报人姓名")
    assert notice(fine, FRIDAY).replies == []


@pytest.mark.parametrize("number", ["120101199003071234", "13912345678", "022-23456789", "6222020812345678901", "who@example.org"])
def test_numbers_of_natural_persons_are_refused_when_they_are_filed(fine, number):
    with pytest.raises(Invalid, match="请删去") as refused:
        reply_to(fine, text=f"请联系{number}")
    assert number in str(refused.value)


def test_one_at_a_time_about_ones_own_records_that_still_stand(officer, fine):
    object_to(fine)
    with pytest.raises(answering.AlreadyOpen):
        object_to(fine)
    with pytest.raises(NotFound):
        answering.object_to(uscc=code(1), entry=fine, text="不是我们", actor="other", on=FRIDAY)
    services.withdraw(by=officer, entry=fine, on=FRIDAY, because="撤销")
    with pytest.raises(Refusal, match="不需要再提出"):
        reply_to(fine)


def test_another_agency_cannot_decide(fine):
    other = Agency.objects.create(code="120102", name="天津市河东区市场监督管理局", kind="district-bureau", district="120102")
    stranger = Officer.objects.create(number="B1", name="测试员乙", agency=other, scope="unit")
    Holding.objects.create(officer=stranger, post="case-officer", since=date(2020, 1, 1))
    with pytest.raises(NotAllowed):
        do(object_to(fine), "flag", stranger, FRIDAY)


def test_an_objection_the_firm_takes_back_leaves_no_mark(officer, fine):
    matter = object_to(fine)
    do(matter, "flag", officer, FRIDAY)
    matter.refresh_from_db()
    answering.retract(uscc=fine.uscc, matter=matter, actor="firm", on=FRIDAY, at=at(FRIDAY) + timedelta(hours=1))
    assert notice(fine, FRIDAY).objection == {}


def test_at_the_counter_a_firm_says_it_and_at_the_desk_it_is_dealt_with(client, officer, fine):
    firm = get_user_model().objects.create_user("firm", password="x")
    Representative.objects.create(user=firm, uscc=fine.uscc)
    with clock.frozen(FRIDAY):
        client.force_login(firm)
        assert "罚1号" in client.get("/counter/ledger/").content.decode()
        bad = client.post(f"/counter/ledger/{fine.seq}/reply/", {"reply-text": "电话13912345678"})
        assert bad.status_code == 422
        assert "电话13912345678" in bad.content.decode()
        client.post(f"/counter/ledger/{fine.seq}/reply/", {"reply-text": "已经整改"})
        client.post(f"/counter/ledger/{fine.seq}/objection/", {"objection-text": "金额不对"})
        assert client.get(f"/counter/ledger/{fine.seq}/proof.json").json()["entry"]["document"] == "罚1号"
        client.force_login(officer.user)
        reply, objection = queries.matters_of(fine.uscc).order_by("pk")
        assert reply.number in client.get("/desk/ledger/matters/").content.decode()
        client.post(f"/desk/ledger/matters/{reply.pk}/release/", {"version": 1})
        client.post(f"/desk/ledger/matters/{objection.pk}/flag/", {"version": 1})
        assert "金额不对" in client.get(f"/desk/ledger/matters/{objection.pk}/").content.decode()
        publication_acts.publish_due(on=FRIDAY)
        client.logout()
        page = client.get(f"/publication/notices/{fine.seq}/").content.decode()
        assert "已经整改" in page
        assert "企业对本条有异议" in page
        assert "金额不对" not in page
        told = client.get(f"/api/publication/entities/{fine.uscc}").json()["notices"][0]
        assert told["replies"][0]["text"] == "已经整改"


def test_an_officer_corrects_with_a_form_that_refuses_to_change_nothing(client, officer, fine):
    client.force_login(officer.user)
    same = {"document": "罚1号", "decided": "2026-02-03", "fine_fen": "5000", "body.facts": "销售超过保质期的食品", "reasons": "录错"}
    with clock.frozen(FRIDAY):
        address = f"/desk/ledger/entries/{fine.seq}/amend/"
        assert client.get(address).status_code == 200
        assert "没有改动任何内容" in client.post(address, {**same, "remedy": "correct"}).content.decode()
        client.post(address, {**same, "fine_fen": "500.50", "remedy": "correct"})
    true = Entry.objects.get(kind="penalty", act="correct")
    assert (true.fine_fen, true.body["facts"], true.decided) == (50_050, "销售超过保质期的食品", date(2026, 2, 3))
