"""The item list against the year before, the object base by file, the inspector base with ties and who may see them (一单两库)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hengjian.ground.audit.models import Trail
from hengjian.ground.people.models import Certificate
from hengjian.street.draw import itemlist, objects, roster, services
from hengjian.street.draw.errors import BadObjects, BadPlan
from hengjian.street.draw.models import Held, Pick, Recusal
from hengjian.street.register.models import Entity
from tests import factories_draw as make

from .test_pages import day, signed_in  # noqa: F401  the same frozen day
from .test_services import file, inspectors, operator, walk  # noqa: F401  the same city

pytestmark = pytest.mark.django_db
HEAD = "统一社会信用代码,编号,名称,地址,启用日期,停用日期\n"


def taken(by, text, tmp_path, kind="equipment", encoding="utf-8", at=make.AT):
    path = tmp_path / "objects.csv"
    path.write_bytes(text.encode(encoding))
    return services.take_objects(by=by, kind=kind, path=path, name="objects.csv", at=at)


def test_items_that_left_on_the_last_day_of_a_year_are_cut_in_the_next():
    lines = itemlist.lines(2024, date(2026, 3, 2))
    assert itemlist.count(lines) == itemlist.Count(26, 21)
    assert {line.item.code for line in lines if line.state == "left"} >= {"reg-term", "ad-register"}
    assert itemlist.count(lines).share == Fraction(5, 26)  # below the fifth that was promised
    assert itemlist.promises() == {2024: 20}
    assert sum(one.before for _, _, one in itemlist.grouped(lines)) == 26


def test_the_present_year_is_counted_today_and_a_year_before_every_list_has_no_share():
    assert itemlist.days(2026, date(2026, 3, 2)) == (date(2025, 12, 31), date(2026, 3, 2))
    assert itemlist.days(2024, date(2026, 3, 2)) == (date(2023, 12, 31), date(2024, 12, 31))
    assert itemlist.count(itemlist.lines(2026, date(2026, 3, 2))).cut == 0
    assert itemlist.Count(0, 3).share is None


def test_every_row_of_a_file_of_objects_ends_in_one_place_and_the_same_file_again_changes_nothing(operator, tmp_path):  # noqa: F811
    one, two = make.city("AB")
    text = (
        HEAD + f"{one.uscc},T-1,电梯,一号楼,2025/1/5,\n{two.uscc},T-2,锅炉,,,\n91120000000000000X,T-3,叉车,,,\n{one.uscc},,叉车,,,\n"
        f"{one.uscc},T-1,电梯,,,\n{one.uscc},T-4,叉车,,2026-02-30,\n{one.uscc},T-5,叉车,,2026-02-02,2026-02-01\n{make.code_of(99)},T-6,起重机,,,\n"
    )
    first = taken(operator, text, tmp_path, encoding="gb18030")
    assert (first.added, first.changed, first.same, [line for line, _, _ in first.faults]) == (2, 0, 0, [4, 5, 6, 7, 8, 9])
    again = taken(operator, text, tmp_path)
    assert (again.added, again.changed, again.same) == (0, 0, 2)
    assert Held.objects.get(number="T-1").since == date(2025, 1, 5)
    assert Trail.objects.filter(action="draw.take_objects").count() == 2


def test_an_object_that_changes_hands_ends_with_the_old_firm_and_a_plan_follows_it(operator, inspectors, tmp_path):  # noqa: F811
    one, two = make.city("DD")
    taken(operator, HEAD + f"{one.uscc},T-1,电梯,,2025-01-01,\n", tmp_path)
    taken(operator, HEAD + f"{two.uscc},T-1,电梯,,2026-03-02,\n", tmp_path)
    assert Held.objects.get(entity=one).until == date(2026, 3, 1)
    assert [held.entity for held in objects.held("equipment", date(2026, 3, 1))] == [one]
    draw = walk(operator, file(operator, quota=1, base="equipment"))
    assert [pick.entity for pick in Pick.objects.filter(draw=draw)] == [two]
    taken(operator, HEAD + f"{two.uscc},T-1,,,,2026-03-02\n", tmp_path)
    with pytest.raises(BadPlan):
        services.preview(file(operator, quota=1, base="equipment"), date(2026, 3, 3))


def test_of_a_practitioner_the_base_keeps_the_certificate_and_never_the_person(operator, tmp_path):  # noqa: F811
    [firm] = make.city("A")
    text = HEAD + f"{firm.uscc},ZS-0001,演示甲,,,\n{firm.uscc},110101199003070011,演示乙,,,\n"
    done = taken(operator, text, tmp_path, kind="practitioner")
    assert (done.added, len(done.faults)) == (1, 1)
    assert Held.objects.get().name == ""


def test_a_bureau_takes_in_objects_of_its_own_district_only(operator, tmp_path):  # noqa: F811
    [firm] = make.city("A", district="120101")
    done = taken(operator, HEAD + f"{firm.uscc},T-1,电梯,,,\n", tmp_path)
    assert (done.added, len(done.faults)) == (0, 1)


def test_a_file_without_headings_or_of_a_kind_a_house_keeps_itself_is_refused(operator, tmp_path, monkeypatch):  # noqa: F811
    with pytest.raises(BadObjects, match="表头"):
        taken(operator, "甲,乙\n1,2\n", tmp_path)
    own = objects.Source("site", "某业务的场所", lambda on: Entity.objects.none().values("pk"))
    monkeypatch.setitem(objects.SOURCES, "site", own)
    assert objects.sources(make.ON)["site"] is own
    with pytest.raises(BadObjects, match="不由文件导入"):
        taken(operator, HEAD, tmp_path, kind="site")


def test_the_base_says_whose_certificate_ends_soon_and_whose_has_ended(operator, inspectors):  # noqa: F811
    first, second, *_ = inspectors
    Certificate.objects.filter(officer=first).update(until=make.ON + roster.SOON)
    Certificate.objects.filter(officer=second).update(until=date(2026, 3, 1))
    states = {one.officer.pk: one.state for one in roster.inspectors(roster.visible_to(operator), make.ON)}
    assert (states[first.pk], states[second.pk]) == ("soon", "expired")
    assert roster.counts(operator, make.ON) == {"able": 4, "soon": 1, "expired": 1}
    Certificate.objects.create(officer=first, number="证-食品", fields=["food"], since=make.ON, until=date(2028, 1, 1))
    assert list(roster.filtered(roster.visible_to(operator), make.ON, field="food")) == [first]
    assert roster.counts(operator, make.ON)["soon"] == 0  # what counts is the certificate that lasts longest


def test_an_officer_declares_and_ends_a_tie_of_their_own_on_the_page(client):
    [firm] = make.city("D")
    me, other = signed_in(client, "inspector", "G-ME"), make.officer("G-01")
    Certificate.objects.create(officer=me, number="证-ME", since=date(2024, 1, 1), until=date(2028, 1, 1))
    at = f"/desk/draw/library/inspectors/{me.pk}/"
    assert client.post(at + "ties/", {"uscc": firm.uscc.lower(), "ground": "kin"}).status_code == 302
    assert client.post(at + "ties/", {"uscc": firm.uscc, "ground": "former-employer"}).status_code == 302
    page = client.get(at).content.decode()
    assert page.count(firm.name) == 2
    tie = Recusal.objects.get(officer=me)
    assert client.post(f"{at}ties/{tie.pk}/end/").status_code == 302
    assert Recusal.objects.get().until == make.ON
    assert "登记库中没有" in client.post(at + "ties/", {"uscc": make.code_of(70), "ground": "kin"}).content.decode()
    for address in (f"/desk/draw/library/inspectors/{other.pk}/", f"/desk/draw/library/inspectors/{other.pk}/ties/"):
        assert client.get(address).status_code in (404, 405)
        assert client.post(address, {"uscc": firm.uscc, "ground": "kin"}).status_code in (404, 405, 409)
    assert not Recusal.objects.filter(officer=other).exists()


def test_whoever_looks_at_the_ties_of_another_leaves_a_line_in_the_audit(client):
    signed_in(client, "draw-officer", "G-OP")
    other = make.officer("G-01")
    assert client.get(f"/desk/draw/library/inspectors/{other.pk}/").status_code == 200
    assert Trail.objects.get(action="draw.see_ties").subject == "officer:G-01"


def test_the_pages_of_the_list_and_the_bases_answer_and_their_exports_are_audited(client):
    make.city("AB")
    signed_in(client, "draw-officer", "G-OP")
    for address in ("items/", "items/?year=2024&department=01&state=left", "objects/", "objects/?kind=site&q=x", "inspectors/?state=able&field=food"):
        assert client.get(f"/desk/draw/library/{address}").status_code == 200, address
    for name in ("items", "inspectors"):
        assert client.get(f"/desk/draw/library/{name}/download/").status_code == 200
        assert Trail.objects.filter(action=f"export.{name}").exists()
    upload = SimpleUploadedFile("设备.csv", (HEAD + f"{make.code_of(0)},T-1,电梯,,,\n").encode())
    page = client.post("/desk/draw/library/objects/import/", {"kind": "equipment", "file": upload}).content.decode()
    assert "新增 1 行" in page
    refused = client.post("/desk/draw/library/objects/import/", {"kind": "equipment", "file": SimpleUploadedFile("x.csv", b"a,b\n")})
    assert "没有找到表头" in refused.content.decode()


@pytest.mark.parametrize("post", ["draw-officer", "inspector", "leader", "auditor"])
def test_everybody_who_sees_the_base_may_open_their_own_page_with_or_without_a_certificate(client, post):
    me = signed_in(client, post, "G-ME")
    address = f"/desk/draw/library/inspectors/{me.pk}/"
    assert address in client.get("/desk/draw/library/inspectors/").content.decode()
    assert client.get(address).status_code == 200
    assert not Trail.objects.filter(action="draw.see_ties").exists()
