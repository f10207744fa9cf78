"""Pages: a filing without any script, what each reader may see, and that nobody's data leak."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from hengjian.duties.complaints import filing as taking
from hengjian.duties.complaints.filing import Who
from hengjian.duties.complaints.models import Draft, Filing, OdrUnit, Person, Track
from hengjian.ground.audit.models import Trail
from hengjian.ground.kit import clock
from hengjian.ground.people import services as people
from hengjian.ground.people.models import User
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.models import Event
from tests import factories_complaints as make
from tests import factories_desk as desk
from tests import factories_draw

pytestmark = pytest.mark.django_db
CANARY = Who(name="钱样甲金丝雀", phone="13977712345", address="虚构里777号楼777室", id_no="120101199003071234", insider=True)
SUM = {word: n for n, word in enumerate("零一二三四五六七八九")}


@pytest.fixture(autouse=True)
def bureau():
    cache.clear()
    return factories_draw.bureau()


def step(client, at: str, /, **told):
    return client.post(reverse("complaints_public:step", args=(at,)), told)


def filled(client, *kinds: str, phone: str = "13900000001") -> None:
    step(client, "what", kinds=list(kinds), category="quality", text="电水壶漏水", papers=[])
    step(client, "advice")
    step(client, "firm", shop="演示小店", district="120119")
    step(client, "you", name="演示市民", phone=phone)


def sent(client, **more):
    page = client.get(reverse("complaints_public:step", args=("check",))).content.decode()
    a, b = re.search(r"([一二三四五六七八九])加([一二三四五六七八九])等于几", page).groups()
    token = re.search(r'name="challenge" value="([^"]+)"', page)[1]
    code = re.search(r'<b class="code">(\d{6})</b>', page)
    told = {"challenge": token, "answer": SUM[a] + SUM[b], "code": code[1] if code else ""} | more
    return step(client, "check", **told)


def test_a_citizen_without_script_files_both_and_follows_them_with_number_and_code(client):
    filled(client, "complaint", "report")
    assert sent(client).status_code == 302
    receipt = client.get(reverse("complaints_public:receipt")).content.decode()
    number, code = re.search(r'id="number">(\d+)<', receipt)[1], re.search(r'id="query-code">(\w+)<', receipt)[1]
    found = Filing.objects.get(number=number)
    assert (found.slow, found.confirmed_at is not None, found.tracks.count()) == (True, True, 2)
    assert client.post(reverse("complaints_public:ask"), {"number": number, "code": code}).status_code == 302
    page = client.get(reverse("complaints_public:status")).content.decode()
    assert "消费投诉" in page
    assert "违法行为举报" in page
    client.post(reverse("complaints_public:withdraw", args=("complaint",)))
    client.post(reverse("complaints_public:add"), {"text": "补一张发票"})
    assert [make.track(found, kind).open for kind in ("complaint", "report")] == [False, True]
    assert found.messages.get(side="citizen").text == "补一张发票"


def test_pressing_twice_files_once_and_a_wrong_sum_files_nothing_and_keeps_the_draft(client):
    filled(client, "complaint")
    assert sent(client, answer="99").status_code == 422
    assert Draft.objects.count() == 1
    sent(client)
    step(client, "check")
    assert Filing.objects.count() == 1


def test_a_contact_that_was_not_confirmed_is_said_to_be_so(client):
    filled(client, "complaint")
    assert sent(client, code="000000x").status_code == 422
    sent(client, code="", unconfirmed="1")
    assert Filing.objects.get().confirmed_at is None


def test_a_code_is_not_sent_again_and_again_and_the_page_says_when_it_may_be(client):
    noon = make.at(date(2026, 6, 1))
    with clock.frozen(noon):
        filled(client, "complaint")
        assert "秒后再取" in client.post(reverse("complaints_public:step", args=("check",)), {"again": "1"}, follow=True).content.decode()
    for minute in range(2, 10, 2):
        with clock.frozen(noon + timedelta(minutes=minute)):
            step(client, "check", again="1")
    with clock.frozen(noon + timedelta(minutes=12)):
        client.cookies.clear()  # another browser, the same telephone
        filled(client, "complaint")
        page = client.get(reverse("complaints_public:step", args=("check",))).content.decode()
        assert "48 分钟后再取" in page and "仍要提交" in page
        assert sent(client, code="", unconfirmed="1").status_code == 302


def test_a_step_cannot_be_jumped_over_and_a_code_cannot_be_guessed(client):
    assert client.get(reverse("complaints_public:step", args=("check",))).url.endswith("/new/what/")
    filled(client, "complaint")
    for _each in range(6):
        sent(client, code="000000")
    page = client.get(reverse("complaints_public:step", args=("check",))).content.decode()
    right = re.search(r'<b class="code">(\d{6})</b>', page)[1]
    assert sent(client, code=right).status_code == 422  # too many tries: a new one is asked for


def test_a_report_may_be_anonymous_and_a_complaint_asks_for_a_name(client):
    step(client, "what", kinds=["report"], category="price", text="结账多收三元")
    step(client, "advice")
    step(client, "firm", unfound="on")
    assert step(client, "you", anonymous="on").status_code == 302
    sent(client)
    assert not Person.objects.exists()
    step(client, "what", kinds=["complaint"], category="price", text="结账多收三元")
    step(client, "advice")
    step(client, "firm", unfound="on")
    assert step(client, "you").status_code == 422


def test_the_text_of_a_licences_code_names_the_firm(client):
    firm = desk.firm(1)
    step(client, "what", kinds=["report"], category="price", text="多收")
    step(client, "advice")
    step(client, "firm", licence=f"名称：演示 代码：{firm.uscc} 核验网址")
    step(client, "you", anonymous="on")
    sent(client)
    assert Filing.objects.get().entity == firm


def test_a_firm_that_settles_online_is_asked_first_where_the_citizen_agrees(client):
    firm = desk.firm(1)
    OdrUnit.objects.create(entity=firm, proceeding=procedure.open(by=None, kind="odr-unit", agency=factories_draw.bureau(), subject=firm.uscc, on=clock.today()), applied=clock.today(), joined=clock.today())
    step(client, "what", kinds=["complaint", "report"], category="quality", text="礼盒少了一件")
    step(client, "advice")
    step(client, "firm", uscc=firm.uscc)
    step(client, "you", name="演示市民", phone="13900000001")
    sent(client, first="1")
    assert set(Track.objects.values_list("kind", flat=True)) == {"odr", "report"}  # the report does not wait


def test_firms_are_offered_by_name_from_what_is_public(client):
    firm = desk.firm(1)
    desk.published()
    page = client.get(reverse("complaints_public:firms"), {"name": "天津演示"}).content.decode()
    assert firm.uscc in page
    assert "不要紧" in client.get(reverse("complaints_public:firms"), {"name": "没有这个名字"}).content.decode()


# The desk -------------------------------------------------------------------------------------------------


def filed(**more):
    return taking.file(told=make.told("complaint", "report", **more), who=CANARY, at=clock.now(), agency=factories_draw.bureau()).filing


def test_an_officer_works_from_one_matter_to_the_next(client):
    desk.signed_in(client, "complaint-officer", scope="unit")
    ids = [make.track(filed()).pk for _each in range(3)]
    page = client.get(reverse("complaints:inbox"), {"kind": "complaint"})
    assert page.status_code == 200
    at = ids[0]
    for _each in range(3):
        version = re.search(r'name="version" value="(\d+)"', client.get(reverse("complaints:work", args=(at,)), {"act": "accept", "kind": "complaint"}).content.decode())[1]
        answer = client.post(reverse("complaints:work", args=(at,)) + "?act=accept&kind=complaint", {"version": version})
        assert answer.status_code == 302
        here = resolve(urlsplit(answer.url).path)
        at = here.kwargs["pk"] if here.view_name == "complaints:work" else at
    assert Track.objects.filter(kind="complaint", state="accepted").count() == 3


def test_who_filed_is_shown_for_a_reason_that_is_kept_and_to_nobody_else(client):
    desk.signed_in(client, "complaint-officer", scope="unit")
    found = filed()
    page = client.get(reverse("complaints:filing", args=(found.pk,))).content.decode()
    assert CANARY.phone not in page
    assert CANARY.phone not in client.post(reverse("complaints:person", args=(found.pk,)), {"reason": ""}, follow=True).content.decode()
    assert CANARY.phone in client.post(reverse("complaints:person", args=(found.pk,)), {"reason": "联系投诉人"}).content.decode()
    seen = Trail.objects.filter(action="complaints.read_person", subject=f"filing:{found.number}")
    assert [line.detail["reason"] for line in seen] == ["联系投诉人"]
    assert Trail.objects.filter(action="complaints.read", subject=f"filing:{found.number}").exists()


def test_evidence_is_handed_to_handlers_only_and_each_time_recorded(client):
    found = filed(files=[("身份证 钱样甲金丝雀.png", make.PHOTO)])
    matter = make.track(found).proceeding
    kept = matter.attachments.get()
    assert kept.name == "材料1.png"  # what the citizen called it may name people
    address = reverse("desk:matter_file", args=(matter.pk, kept.sha256))
    desk.signed_in(client, "supervision-officer", scope="city", username="above")
    assert address not in client.get(reverse("desk:matter", args=(matter.pk,))).content.decode()
    assert client.get(address).status_code == 404
    desk.signed_in(client, "complaint-officer", scope="unit")
    assert client.get(address).status_code == 200
    assert Trail.objects.filter(action="procedure.file").count() == 1


def test_another_bureau_has_no_such_filing(client):
    desk.signed_in(client, "complaint-officer", scope="unit", at=desk.agency("120116-scjg", "120116"))
    found = filed()
    for name in ("filing", "work"):
        key = found.pk if name == "filing" else make.track(found).pk
        assert client.get(reverse(f"complaints:{name}", args=(key,))).status_code == 404
    assert client.post(reverse("complaints:person", args=(found.pk,)), {"reason": "x"}).status_code == 404


def test_a_call_is_taken_on_one_page_and_its_number_read_out(client):
    desk.signed_in(client, "complaint-officer", scope="unit")
    told = {"kinds": ["complaint"], "channel": "phone", "name": "演示来电人", "phone": "022-12345678", "text": "多收费", "category": "price", "firm": "演示小店"}
    page = client.post(reverse("complaints:hotline"), told, follow=True).content.decode()
    assert Filing.objects.get().number in page
    assert client.post(reverse("complaints:hotline"), told | {"name": ""}).status_code == 422


def test_work_orders_come_over_the_api_once(client):
    desk.signed_in(client, "complaint-officer", scope="unit")
    body = {"source": "12315", "orders": [{"reference": "A-1", "text": "多收费", "kind": "举报", "firm": "演示小店"}]}
    answers = [client.post("/api/complaints/work-orders", body, content_type="application/json").json() for _each in range(2)]
    assert [(one["accepted"], one["known"]) for one in answers] == [(1, 0), (0, 1)]


def test_an_export_says_in_every_row_who_took_it_out_and_holds_no_person(client):
    from python_calamine import CalamineWorkbook

    officer = desk.signed_in(client, "complaint-officer", scope="unit")
    filed(text=f"找{CANARY.name}，电话{CANARY.phone}")
    import io

    rows = CalamineWorkbook.from_filelike(io.BytesIO(client.get(reverse("complaints:export")).content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 3
    assert all(officer.number in row[-1] for row in rows[1:])
    assert not any(word in str(rows) for word in (CANARY.name, CANARY.phone))
    assert Trail.objects.filter(action="export.complaints").exists()


def test_no_door_gives_away_who_filed(client):
    """Canaries behind a filing: searched for on every public page, on every page of a supervisor, in the record and in the trail."""
    found = filed(text="商品漏水，请处理")
    words = [CANARY.name, CANARY.phone, CANARY.address, CANARY.id_no]
    pages = [client.get(address) for address in _addresses() if not address.startswith(("/desk/", "/counter/", "/accounts/"))]
    people.appoint(number="S-1", name="演示监督", agency=factories_draw.bureau(), posts=["supervision-officer"], scope="city", username="s", password="long-enough-word")
    client.force_login(User.objects.get(username="s"))
    pages += [client.get(address) for address in _addresses() if address.startswith("/desk/")]
    pages += [client.get(f"/desk/matters/{track.proceeding_id}/") for track in found.tracks.all()]
    assert len(pages) > 20
    for page in pages:
        text = page.getvalue() if page.streaming else page.content
        assert not any(word.encode() in text for word in words), page.request["PATH_INFO"]
    told = str([event.body for event in Event.objects.all()]) + str(list(Trail.objects.values_list("detail", "subject"))) + Person.objects.get().concealed
    assert not any(word in told for word in words)


def _addresses() -> list[str]:
    """Every address without arguments."""

    def walk(patterns, start: str):
        for one in patterns:
            route = start + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, route)
            elif isinstance(one, URLPattern) and "<" not in route and "(" not in route:
                yield "/" + route.replace("^", "").replace("$", "")

    return sorted(set(walk(get_resolver().url_patterns, "")))


def test_the_rule_on_serial_claimants_and_its_counts_are_public(client):
    page = client.get(reverse("complaints_public:claimants")).content.decode()
    assert "90 天内投诉达到 10 件" in page


def test_a_firm_joins_answers_and_sees_nobody_elses_disputes(client, django_user_model):
    own, other = desk.firm(1), desk.firm(2)
    user = people.represent(username="firm", password="long-enough-word", name="演示办事人", uscc=own.uscc)
    client.force_login(django_user_model.objects.get(username="firm"))
    page = client.post(reverse("complaints-counter:join"), {"promise": "按期答复", "contact": "客服部"}, follow=True)
    assert page.status_code == 200, user
    mine, theirs = (
        taking.file(told=make.told("odr", firm=taking.Firm(uscc=firm.uscc), text=f"请打{CANARY.phone}"), who=CANARY, at=clock.now()).filing
        for firm in (own, other)
    )
    shown = client.get(reverse("complaints-counter:one", args=(make.track(mine, "odr").pk,))).content.decode()
    assert not any(word in shown for word in (CANARY.name, CANARY.phone, CANARY.address))
    assert client.get(reverse("complaints-counter:one", args=(make.track(theirs, "odr").pk,))).status_code == 404
    late = clock.today().replace(year=clock.today().year + 1).isoformat()
    client.post(reverse("complaints-counter:one", args=(make.track(mine, "odr").pk,)), {"answer": "offer", "offer": "补发", "promised": late})
    assert make.track(mine, "odr").state == "answered"


def test_nothing_upstream_of_duties_names_this_house():
    from pathlib import Path

    root = Path(__file__).resolve().parents[3] / "src" / "hengjian"
    naming = [path for storey in ("ground", "street") for path in (root / storey).rglob("*.py") if "duties.complaints" in path.read_text()]
    assert naming == []
