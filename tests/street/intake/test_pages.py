"""A clerk sends a file from the desk: sees what was recognised, confirms, and understands every row that came back."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from hengjian.ground.audit.models import Trail
from hengjian.ground.people.models import Agency
from hengjian.street.intake import services
from hengjian.street.intake.models import Delivery
from tests.factories_intake import MARCH, PENALTY, REGISTRATION, code, csv_bytes, deliver, penalty, registrations

pytestmark = pytest.mark.django_db
TEN_BAD = [
    penalty(1, 统一社会信用代码="无"),
    penalty(2, 统一社会信用代码="9112010IMA9000007X"),
    penalty(3, 决定日期="2026-02-30"),
    penalty(4, 决定日期="2031-01-01"),
    penalty(5, **{"罚款金额（万元）": "约五千"}),
    penalty(6, **{"罚款金额（万元）": "-1"}),
    penalty(7, 处罚种类="不予处罚"),
    penalty(8, 处罚事由=""),
    penalty(9, 决定日期="46056"),
    [*penalty(10), "多出的一格"],
]


def upload(desk, data: bytes, kind: str = "penalty", name: str = "处罚.csv", **more):
    return desk.post("/desk/intake/new/", {"kind": kind, "file": SimpleUploadedFile(name, data), **more})


def judged(desk, answer) -> str:
    """Confirm and let the page work until it is done; the page that then shows."""
    address = answer.headers["Location"]
    desk.post(f"{address}confirm/")
    for _ in range(20):
        if desk.post(f"{address}step/", headers={"HX-Request": "true"}).headers.get("HX-Refresh"):
            break
    return address


def test_ten_bad_rows_are_explained_on_the_page(desk):
    address = judged(desk, upload(desk, csv_bytes(PENALTY, [*TEN_BAD, penalty(11)])))
    page = desk.get(address).content.decode()
    assert "收到 11 = 接收 1 + 重复 0 + 退回 10" in page
    for line in range(2, 12):
        assert f"第 {line} 行" in page
    for words in ("没有填写", "第8位“I”", "没有“2026-02-30”", "晚于报送之日", "不予处罚决定", "“违法事实”必须填写", "日期序号", "小于零", "各列错了位"):
        assert words in page


def test_nothing_is_written_before_the_officer_confirms(desk):
    address = upload(desk, csv_bytes((*PENALTY, "备注一"), [[*penalty(1), "x"]])).headers["Location"]
    page = desk.get(address).content.decode()
    assert "试报结果" in page
    assert "没有认出、不会读取的列：备注一" in re.sub(r"<[^>]+>", "", page)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.received) == ("held", 0)
    services.catch_up(MARCH)
    delivery.refresh_from_db()
    assert delivery.state == "held"


def test_a_file_not_confirmed_can_be_taken_back_and_sent_again(desk):
    data = csv_bytes(PENALTY, [penalty(1)])
    address = upload(desk, data).headers["Location"]
    assert desk.post(f"{address}discard/").status_code == 302
    assert not Delivery.objects.exists()
    again = judged(desk, upload(desk, data))
    assert desk.post(f"{again}discard/").status_code == 409
    assert list(Trail.objects.filter(action__startswith="intake.").values_list("action", flat=True).order_by("pk"))[:3] == [
        "intake.deliver", "intake.discard", "intake.deliver",
    ]  # fmt: skip


def test_headings_nobody_knows_are_said_before_confirming(desk):
    address = upload(desk, "甲,乙\n1,2\n".encode()).headers["Location"]
    page = desk.get(address).content.decode()
    assert "找不到“行政处罚”的表头" in page
    assert "确认报送" not in page


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"", 422, "空的"),
        (b"%PDF-1.7 ...", 415, "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), 415, ".xls"),
        (b"MZ\x90\x00\x03\x00\x00\x00", 415, "不是文本表格"),
        (b"x" * 1_100_000, 413, "上限 1 MB"),
    ],
)
def test_what_is_no_table_or_too_large_is_refused_by_content_and_kept_nowhere(desk, settings, data, status, words):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
    answer = upload(desk, data, name="名字说是表.csv")
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert not Delivery.objects.exists()


def test_rejected_rows_come_back_as_csv_that_no_spreadsheet_runs(desk, bureau):
    bad = penalty(1, 统一社会信用代码="无", 处罚事由="=cmd|'/c calc'!A1")
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, [bad]))
    answer = desk.get(f"/desk/intake/{delivery.pk}/rejected.csv")
    data = b"".join(answer.streaming_content)
    assert data.startswith(b"\xef\xbb\xbf")
    head, row = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert head == ["行号", *PENALTY, "退回原因", "处理办法"]
    assert row[0] == "2"
    assert row[head.index("处罚事由")] == "'=cmd|'/c calc'!A1"
    assert "没有填写" in row[-2]
    assert Trail.objects.get(action="export.rejected").detail["rows"] == 1


def test_rejected_rows_come_back_as_a_workbook_with_text_only(desk, bureau):
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, 决定日期="2026-02-30", 处罚事由="=1+1")]))
    data = desk.get(f"/desk/intake/{delivery.pk}/rejected.xlsx").content
    head, row = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert dict(zip(head, row, strict=True))["处罚事由"] == "=1+1"
    assert b"<f>" not in data


def test_the_downloaded_list_corrected_can_be_sent_as_it_is(desk, bureau):
    first = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, 统一社会信用代码="无"), penalty(2)]))
    data = b"".join(desk.get(f"/desk/intake/{first.pk}/rejected.csv").streaming_content)
    address = judged(desk, upload(desk, data.replace("无".encode(), code(1).encode(), 1), corrects=first.pk))
    again = Delivery.objects.get(pk=int(address.rstrip("/").rsplit("/", 1)[-1]))
    assert (again.corrects_id, again.accepted, again.quarantined) == (first.pk, 1, 0)
    assert "后来的重报" in desk.get(f"/desk/intake/{first.pk}/").content.decode()


def test_one_row_corrected_on_the_page_comes_in_and_the_old_one_stays(desk, bureau):
    first = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, 统一社会信用代码="无")]))
    page = f"/desk/intake/{first.pk}/rows/2/"
    assert "没有填写" in desk.get(page).content.decode()
    answer = desk.post(page, {"why": "已核对", **{f"c{place}": cell for place, cell in enumerate(penalty(1))}})
    again = Delivery.objects.order_by("-pk").first()
    assert answer.headers["Location"] == f"/desk/intake/{again.pk}/"
    assert (again.accepted, again.corrects_id) == (1, first.pk)
    first.refresh_from_db()
    assert first.quarantined == 1


def test_another_agency_neither_sees_nor_confirms_a_delivery(desk, bureau):
    other = Agency.objects.create(code="120102", name="天津市河东区市场监督管理局", kind="district-bureau", district="120102")
    delivery = deliver(other, "registration", csv_bytes(REGISTRATION, registrations(1)))
    for path in ("", "rejected.csv", "rejected.xlsx", "rows/2/"):
        assert desk.get(f"/desk/intake/{delivery.pk}/{path}").status_code == 404
    for path in ("confirm/", "discard/", "step/"):
        assert desk.post(f"/desk/intake/{delivery.pk}/{path}").status_code == 404


def test_the_list_narrows_and_says_when_it_is_empty(desk, bureau):
    assert "还没有报送过文件" in desk.get("/desk/intake/").content.decode()
    deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1)]), "甲.csv")
    deliver(bureau, "registration", csv_bytes(REGISTRATION, registrations(1)), "乙.csv")
    page = desk.get("/desk/intake/?kind=penalty").content.decode()
    assert "甲.csv" in page and "乙.csv" not in page
    assert "没有符合条件的批次" in desk.get("/desk/intake/?state=rejected").content.decode()


def test_every_kind_has_a_template_its_own_reader_understands(desk, tmp_path, law):
    from hengjian.street.intake.readers import open_file
    from hengjian.street.intake.tables import lay_file

    for kind, record in law.records.items():
        path = tmp_path / f"{kind}.xlsx"
        path.write_bytes(desk.get(f"/desk/intake/templates/{kind}.xlsx").content)
        [contract], [lines] = (laid := lay_file(kind, law, open_file(path))).contracts, laid.lines
        assert {column.name for column in contract.columns} == set(record.fields)
        assert lines == []


def test_a_sentence_full_of_commas_does_not_decide_the_delimiter(bureau):
    facts = "一，二，三，四，五，六，七，八，九，十，" * 3
    delivery = deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(1, 处罚事由=facts)]))
    assert (delivery.layout["delimiter"], delivery.accepted) == (",", 1)


def test_the_catalogue_shows_every_contract_to_people_and_machines_without_login(client, law):
    page = client.get("/intake/catalogue/").content.decode()
    found = client.get("/intake/catalogue/dcat.json").json()
    assert {one["dct:identifier"] for one in found["dcat:dataset"]} == set(law.records)
    for kind in law.records:
        assert f"/intake/catalogue/{kind}/" in page
    penalty_page = client.get("/intake/catalogue/penalty/").content.decode()
    for told in ("处罚种类", "CF_WSH", "7 个工作日", "校验码正确", "不超过 120 字", "《市场监督管理行政处罚信息公示规定》第4条", "/intake/catalogue/codes/penalty-kinds/"):
        assert told in penalty_page
    assert client.get("/intake/catalogue/nothing/").status_code == 422
    assert client.get("/desk/intake/catalogue/").status_code in (302, 403)


def test_everything_promised_of_a_kind_is_in_its_contract(client, law):
    for kind, record in law.records.items():
        told = client.get(f"/intake/catalogue/{kind}/contract.json").json()
        assert told["natural_key"] == list(dict.fromkeys(name for name in record.fields if name in record.natural_key))
        assert told["agencies"] and told["basis"] and told["privacy"] and (told["publication"] or told["unpublished"]), kind
        assert all(field["headings"] for field in told["fields"]), kind
        assert told["freshness"] or kind == "public-evaluation"


def test_what_the_catalogue_links_to_is_there(client, law):
    [one] = [one for one in client.get("/intake/catalogue/dcat.json").json()["dcat:dataset"] if one["dct:identifier"] == "penalty"]
    for place in [one["dcat:landingPage"], *(each["dcat:downloadURL"] for each in one["dcat:distribution"])]:
        assert client.get(place.removeprefix("http://testserver")).status_code == 200
    codes = client.get("/intake/catalogue/codes/penalty-kinds.json").json()
    assert {"@type": "skos:Concept", "skos:notation": "03", "skos:prefLabel": "罚款"} in codes["skos:hasTopConcept"]
    assert "吊销许可证件" in client.get("/intake/catalogue/codes/penalty-kinds/").content.decode()
    assert client.get("/intake/catalogue/codes/posts/").status_code == 404
