"""A bank reads of a firm what the firm allowed, until the day it said, and not a moment after it took that back."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, timedelta

import pytest
from typer.testing import CliRunner

from hengjian.doors.cli import build
from hengjian.ground.audit.models import Trail
from hengjian.ground.kit import clock, uscc
from hengjian.ground.kit.refusals import Invalid, Refusal
from hengjian.ground.people.models import Representative, User
from hengjian.street.assessment import services as classes
from hengjian.street.ledger import services as ledger
from hengjian.street.publication import consents
from hengjian.street.publication.consents import NoConsent
from hengjian.street.publication.models import Comparison, Consent
from tests import factories_desk as desk
from tests import factories_draw as make

pytestmark = pytest.mark.django_db
BANK, OTHER = uscc.complete("91120101MA0BANK00"), uscc.complete("91120101MA0BANK11")
ON, AT = desk.ON, datetime.combine(desk.ON, datetime.min.time(), clock.SHANGHAI) + timedelta(hours=10)
ALL = ["registration", "class", "evaluation", "records"]


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(AT):
        yield


@pytest.fixture
def firms(settings, tmp_path):
    """Two firms: a penalty, an internal grade and an evaluation each."""
    found = [desk.firm(1), desk.firm(2)]
    for n, firm in enumerate(found):
        desk.penalty(firm, issuer=make.bureau(), document=f"津蓟市监罚〔2026〕{n + 1}号")
        ledger.append(by=None, issuer=make.bureau(), entity=firm, kind="public-evaluation", on=date(2026, 1, 9), body={"grade": "b", "score": "812"})
    settings.DATA = tmp_path
    classes.recompute_all(on=ON)
    desk.published()
    return found


@pytest.fixture
def person(firms) -> User:
    user = User.objects.create_user("agent", password="x")
    Representative.objects.create(user=user, uscc=firms[0].uscc)
    return user


def officer_of(scope: str, agency=None):
    officer = make.officer("S-1", agency=agency)
    officer.scope = scope
    officer.save(update_fields=["scope"])
    return officer


def give(person: User, firm, until: date = ON, scopes: list[str] = ALL, bank: str = BANK, **more):
    return consents.give(by=person, uscc=firm.uscc, recipient_uscc=bank, recipient="示例银行", scopes=scopes, until=until, on=ON, at=AT, **more)


def ask(officer, firms, on: date = ON, bank: str = BANK):
    return consents.compare(by=officer, recipient_uscc=bank, usccs=[firm.uscc for firm in firms], purpose="授信审批1号", on=on, at=AT)


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_of_a_firm_that_consented_the_file_tells_what_it_allowed_and_of_the_other_nothing(firms, person):
    give(person, firms[0])
    made = ask(officer_of("city"), firms)
    first, second = rows(made.data)
    assert (first["授权"], first["名称"], first["公共信用综合评价"], first["评价日期"]) == ("有效", firms[0].name, "良", "2026-01-09")
    assert first["信用分类"] == "警示"
    assert "津蓟市监罚〔2026〕1号" in first["公示中的记录"]
    assert {name: value for name, value in second.items() if value} == {"统一社会信用代码": firms[1].uscc, "授权": "无有效授权"}
    assert (made.comparison.asked, made.comparison.given) == (2, 1)


@pytest.mark.parametrize("scope", ALL)
def test_each_scope_opens_its_own_columns_and_no_other(firms, person, scope):
    give(person, firms[0], scopes=[scope])
    [told] = rows(ask(officer_of("city"), firms[:1]).data)
    opened = {name for name, value in told.items() if value} - {"统一社会信用代码", "授权"}
    expected = {
        "registration": {"名称", "登记状态", "成立日期"}, "class": {"信用分类", "分类日期", "分类理由"},
        "evaluation": {"公共信用综合评价", "评价日期"}, "records": {"公示中的记录"},
    }[scope]  # fmt: skip
    assert opened
    assert opened <= expected


def test_without_any_consent_it_is_refused_and_the_refusal_is_kept(firms):
    with pytest.raises(NoConsent):
        ask(officer_of("city"), firms)
    assert Comparison.objects.count() == 0
    [line] = Trail.objects.filter(action="publication.compare_refused")
    assert (line.detail["asked"], line.officer.number) == (2, "S-1")


def test_a_consent_holds_through_its_last_day_and_not_on_the_next(firms, person):
    officer = officer_of("city")
    give(person, firms[0], until=ON + timedelta(days=30))
    ask(officer, firms[:1], on=ON + timedelta(days=30))
    for day in (ON + timedelta(days=31), ON - timedelta(days=1)):
        with pytest.raises(NoConsent):
            ask(officer, firms[:1], on=day)


def test_a_consent_taken_back_is_over_at_once_and_only_once(firms, person):
    given = give(person, firms[0])
    consents.revoke(by=person, uscc=firms[0].uscc, consent=given.pk, at=AT)
    with pytest.raises(NoConsent):
        ask(officer_of("city"), firms[:1])
    with pytest.raises(Refusal, match="已经撤回"):
        consents.revoke(by=person, uscc=firms[0].uscc, consent=given.pk, at=AT)
    with pytest.raises(Refusal, match="没有这项授权"):
        consents.revoke(by=person, uscc=firms[1].uscc, consent=given.pk, at=AT)


def test_the_consent_for_one_bank_is_none_for_another(firms, person):
    give(person, firms[0])
    with pytest.raises(NoConsent):
        ask(officer_of("city"), firms[:1], bank=OTHER)


def test_a_firm_outside_the_officers_scope_counts_as_without_consent(firms, person):
    give(person, firms[0])
    with pytest.raises(NoConsent):
        ask(officer_of("district", desk.agency("120101", "120101")), firms)


@pytest.mark.parametrize(
    ("change", "why"),
    [({"until": ON - timedelta(days=1)}, "截止日"), ({"until": date(2030, 1, 1)}, "截止日"), ({"scopes": []}, "至少选择"), ({"scopes": ["grade"]}, "至少选择"),
     ({"bank": "91120101MA0BANK009"}, "校验码|代码")],
)  # fmt: skip
def test_a_consent_without_an_end_a_scope_or_a_bank_is_refused(firms, person, change, why):
    with pytest.raises(Invalid, match=why):
        give(person, firms[0], **change)
    assert Consent.objects.count() == 0


def test_the_longest_consent_ends_with_its_twelfth_month(firms, person):
    last = consents.longest(ON)
    assert give(person, firms[0], until=last).until == last
    with pytest.raises(Invalid):
        give(person, firms[0], until=last + timedelta(days=1))


def test_the_internal_grade_and_what_is_public_no_longer_are_in_no_file(firms, person):
    officer = officer_of("city")
    entry = ledger.Entry.objects.get(document="津蓟市监罚〔2026〕1号")
    ledger.repair(by=officer, entry=entry, on=ON, because="履行义务", at=AT)
    desk.published()
    give(person, firms[0])
    [told] = rows(ask(officer, firms[:1]).data)
    assert told["公示中的记录"] == "无"
    assert not {"A", "B", "C", "D"} & set(told.values())


def test_the_firm_gives_reads_and_revokes_at_the_counter(client, firms, person):
    client.force_login(person)
    page = "/counter/publication/consents/"
    told = {"recipient": "示例银行", "recipient_uscc": BANK, "scopes": ["class"], "until": ON.isoformat()}
    assert client.post(page, {**told, "scopes": []}).status_code == 422
    assert client.post(page, told).status_code == 302
    ask(officer_of("city"), firms[:1])
    shown = client.get(page).content.decode()
    assert "示例银行" in shown
    assert "授信审批1号" in shown
    given = Consent.objects.get()
    assert client.get(f"{page}{given.pk}/revoke/").status_code == 405
    assert client.post(f"{page}{given.pk}/revoke/").status_code == 302
    assert "已撤回" in client.get(page).content.decode()
    assert set(Trail.objects.filter(action__startswith="publication.consent").values_list("action", flat=True)) == {
        "publication.consent", "publication.consent_revoked",
    }  # fmt: skip


def test_another_firm_sees_and_revokes_nothing(client, firms, person):
    given = give(person, firms[0])
    other = User.objects.create_user("other", password="x")
    Representative.objects.create(user=other, uscc=firms[1].uscc)
    client.force_login(other)
    assert "示例银行" not in client.get("/counter/publication/consents/").content.decode()
    assert client.post(f"/counter/publication/consents/{given.pk}/revoke/").status_code == 404
    given.refresh_from_db()
    assert given.revoked_at is None


def test_page_endpoint_and_command_make_the_same_file(client, firms, person, tmp_path):
    give(person, firms[0])
    desk.signed_in(client, "supervision-officer", scope="city", username="watch")
    told = {"recipient_uscc": BANK, "purpose": "授信", "usccs": "\n".join(firm.uscc for firm in firms)}
    page = client.post("/desk/publication/compare/", told)
    assert page["Content-Disposition"].endswith('.csv"')
    body = json.dumps({**told, "usccs": told["usccs"].split()})
    client.get("/desk/publication/compare/")
    answer = client.post("/api/publication/comparisons", body, content_type="application/json", headers={"X-CSRFToken": client.cookies["csrftoken"].value}).json()
    assert [line["consent"] for line in answer["lines"]] == [True, False]
    assert answer["lines"][1]["told"] == {}
    (tmp_path / "codes.txt").write_text(told["usccs"])
    number = consents.Officer.objects.get(user__username="watch").number
    words = ["compare", "--by", number, "--bank", BANK, "--purpose", "授信", "--codes", str(tmp_path / "codes.txt"), "--out", str(tmp_path / "out.csv")]
    assert "1 of 2 firms" in CliRunner().invoke(build(), words).output
    assert (tmp_path / "out.csv").read_bytes() == page.content
    assert {one.digest for one in Comparison.objects.all()} == {answer["digest"]}
    assert Trail.objects.filter(action="export.comparison").count() == 3


def test_only_a_holder_of_the_power_makes_a_file(client, firms):
    desk.signed_in(client, "leader")
    assert client.get("/desk/publication/compare/").status_code == 403
    words = ["compare", "--by", "nobody", "--bank", BANK, "--purpose", "x", "--codes", __file__, "--out", "/dev/null"]
    assert CliRunner().invoke(build(), words).exit_code == 2
