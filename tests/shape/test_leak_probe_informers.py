"""Leak probe, informers: whoever complains or reports is sown with name, telephone, identity number, address and bank account, and
so are the persons of a record and of the register. No page, answer, export, feed, index, file, log, error or PDF has one of them.
"""

from __future__ import annotations

import html
import io
import json
import logging
import re
import zipfile
from datetime import date, datetime
from typing import Any

import duckdb
import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection

from hengjian.doors.api.assembly import described
from hengjian.doors.exchange import lines
from hengjian.duties.complaints.filing import Firm, Who
from hengjian.ground import policy
from hengjian.ground.audit.models import Trail
from hengjian.ground.kit import clock
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.people.models import Agency, Holding, Officer, Representative
from hengjian.ground.procedure.models import Attachment
from hengjian.street import ledger
from hengjian.street.assessment import frames, running
from hengjian.street.assessment import services as classes
from hengjian.street.ledger.models import Entry
from hengjian.street.publication import services as publication
from hengjian.street.register import services as register
from hengjian.street.register.models import Entity
from tests import factories_complaints as complaints
from tests.factories_intake import PENALTY, code, csv_bytes, deliver, penalty
from tests.shape.test_leak_probe import canaries, open_patterns, text_of
from tests.shape.test_leak_probe_inside import desk_patterns

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 10, tzinfo=SHANGHAI)
CODE, NAME = code(0), "天津示例000000有限公司"
MARK = re.compile(r"((?:<[a-z]+:|\{)(\w+)[>}])")
REJECTED = ("企业名称", "统一社会信用代码", "法定代表人", "成立日期", "联系人")


def whole_of(answer: Any) -> str:
    """Everything a door answers with, also what is packed, escaped or said in its headings."""
    content = b"" if answer.headers.get("Content-Type") == "application/pdf" else b"".join(answer)
    text = text_of(answer) if not content else content.decode("utf-8", "replace")
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            text = "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    if "\\u" in text:
        text += json.loads(f'"{text}"') if '"' not in text else text.encode("ascii", "backslashreplace").decode("unicode_escape", "replace")
    return html.unescape(text) + str(dict(answer.headers))


@pytest.fixture
def bureau() -> Agency:
    return Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")


@pytest.fixture
def officer(bureau) -> Officer:
    """An officer of the city who holds every post there is, and gives no reason for anything."""
    user = get_user_model().objects.create_user("probe", password="x")
    found = Officer.objects.create(number="P1", name="探针", agency=bureau, user=user, scope="city")
    posts = policy.current().catalogue("posts").items
    Holding.objects.bulk_create(Holding(officer=found, post=post, since=date(2020, 1, 1)) for post in posts)
    return found


@pytest.fixture
def sown(bureau, officer, settings, tmp_path, caplog) -> list[str]:
    """Values of persons who do not exist, each in the place that is made for it."""
    cache.clear()
    caplog.set_level(logging.DEBUG)
    settings.MEDIA_ROOT = settings.DATA = tmp_path
    people = {place: canaries(f"informer:{place}") for place in ("投诉", "举报", "内部", "处罚", "法人", "退回", "错列")}
    with clock.frozen(NOW):
        head = ("企业名称", "统一社会信用代码", "地区", "法定代表人")
        register.absorb(deliver(bureau, "registration", csv_bytes(head, [[NAME, CODE, "和平", people["法人"]["representative"]]]), at=NOW))
        entity = Entity.objects.get()
        guilty = people["处罚"]
        ledger.append(
            by=officer, entity=entity, kind="penalty", on=date(2026, 3, 2), document="津和市监罚〔2026〕2号", at=NOW, fine_fen=100,
            body={"kind_of_penalty": ["03"], "facts": "，".join(guilty.values())}, personal=guilty,
        )  # fmt: skip
        for place, kinds in (("投诉", ("complaint",)), ("举报", ("report",)), ("内部", ("complaint", "report"))):
            one = people[place]
            who = Who(one["representative"], one["phone"], one["home"], "1", one["id_number"], insider=place == "内部")
            complaints.filed(DAY, *kinds, who=who, agency=bureau, firm=Firm(uscc=CODE, name=NAME), may_publish=True)
        back, torn = people["退回"], people["错列"]
        deliver(bureau, "registration", csv_bytes(REJECTED, [[NAME, CODE, back["representative"], "没有", " ".join(back.values())]]), at=NOW)
        deliver(bureau, "penalty", csv_bytes(PENALTY, [[torn["representative"], *torn.values(), *penalty(1)]]), at=NOW)
        classes.recompute_all(on=DAY)
        publication.publish_entities(on=DAY)
        publication.publish_due(on=DAY)
    # Of the firm's representative only a name was told, of informers no bank account.
    unsaid = {people["法人"][name] for name in ("id_number", "phone", "home", "bank")} | {people[p]["bank"] for p in ("投诉", "举报", "内部")}
    return [value for one in people.values() for value in one.values() if value not in unsaid]


def choices(name: str) -> list[str]:
    """What stands in the place of a word of an address: of everything that was sown, one; where nothing was, a likely word."""
    known = {
        "uscc": [CODE], "kind": ["penalty", "registration"], "code": ["date-words", "credit-tianjin"], "number": ["P1"], "agency": ["120101"],
        "month": ["2026-03"], "name": ["registration", "mediation-success"], "slug": trials() or ["a"], "section": ["terms"], "step": ["what", "you", "check"],
        "act": ["accept", "verify"], "digest": list(Attachment.objects.values_list("sha256", flat=True)[:2]) or ["a"], "to": ["party"],
    }  # fmt: skip
    return known.get(name, [])


def trials() -> list[str]:
    return sorted(path.name for path in running.folder().glob("*"))


def filled(route: str) -> list[str]:
    """The route for the firm and for the first of everything that has a number or a name."""
    routes = [route]
    for mark, name in {(found[0], found[1]): None for found in MARK.findall(route) if not found[0].startswith("<int") and choices(found[1])}:
        routes = [one.replace(mark, word) for one in routes for word in choices(name)]
    routes = [MARK.sub(str(n), one) for one in routes for n in (range(1, 5) if MARK.search(one) else [0])]
    return [one for one in routes if not any(sign in one for sign in "^*$") and "logout" not in one and not one.startswith("/ui/")]


def doors(*, public: bool) -> list[str]:
    pages = open_patterns() if public else [route for route, _power in desk_patterns()]
    api = [path for path, how in json.loads(described())["paths"].items() if "get" in how]
    more = [f"/entity/{CODE}/?tab=all", f"/desk/entities/{CODE}/?on=2026-03-09", "/no-such-page/", f"/api/exchange/changes?after=0&q={CODE}"]
    return [address for route in (*pages, *api, *more) for address in filled(route)]


def shown(client, addresses: list[str], sown: list[str]) -> dict[str, list[str]]:
    client.raise_request_exception = False  # the page of a crash is searched like any other
    found, answered = {}, 0
    with clock.frozen(NOW):
        for address in addresses:
            answer = client.get(address)
            answered, whole = answered + (answer.status_code == 200), whole_of(answer)
            if leaked := [value for value in sown if value in whole]:
                found[address] = leaked
    assert answered > 5, "the probe was let in nowhere"
    return found


def test_every_door_is_tried():
    """What the probe does not open is said here: the gallery, the way out, and what answers anything else under /api/."""
    shut = [route for route in (*open_patterns(), *(route for route, _power in desk_patterns())) if not filled(route)]
    assert sorted(shut) == ["/api/^.*$", "/logout/", "/ui/", "/ui/prefer/"]
    assert [path for path, how in json.loads(described())["paths"].items() if "get" in how and not filled(path)] == []


def test_no_push_to_a_peer_has_a_person(sown):
    told = lines.as_text([*lines.changed(0, lines.MOST, DAY)[0], *lines.entities(0, lines.MOST)[0]])
    assert NAME in told and "津和市监罚〔2026〕2号" in told
    assert not [value for value in sown if value in told]


def test_no_public_door_has_a_person(client, sown):
    addresses = doors(public=True)
    assert f"/entity/{CODE}/" in addresses
    assert shown(client, addresses, sown) == {}


def test_no_page_answer_or_export_of_the_desk_has_a_person_without_a_reason(client, officer, sown):
    client.force_login(officer.user)
    addresses = doors(public=False)
    assert any(address.endswith(".xlsx") for address in addresses)
    protected = {entry.seq for entry in Entry.objects.all()}
    assert protected
    names = canaries("informer:处罚").values()
    inside = [value for value in sown if value not in names]  # a record's own words are the officer's to read
    assert shown(client, addresses, inside) == {}
    kept = str(list(Trail.objects.values()))
    assert "export." in kept
    assert not [value for value in sown if value in kept], "the audit repeats what it keeps watch over"


def test_no_firm_reads_who_complained_of_it(client, sown):
    person = get_user_model().objects.create_user("own", password="x")
    Representative.objects.create(user=person, uscc=CODE)
    client.force_login(person)
    names = canaries("informer:处罚").values()
    addresses = [address for address in doors(public=False) if address.startswith("/counter/")]
    assert len(addresses) > 5
    assert shown(client, addresses, [value for value in sown if value not in names]) == {}


def test_no_search_for_a_value_finds_the_firm_and_no_error_repeats_more_than_was_typed(client, sown):
    with clock.frozen(NOW):
        for value in sown:
            assert client.get("/api/publication/search", {"q": value}).json()["total"] == 0
            for address in ("/search/", "/publication/lists/penalty/"):
                whole = whole_of(client.get(address, {"q": value, "text": value}))
                assert CODE not in whole
                assert not [other for other in sown if other != value and other not in value and other in whole]


def test_no_log_line_and_no_file_of_the_mirror_or_of_a_trial_has_a_person(sown, officer, caplog, tmp_path):
    frames.refresh()
    with clock.frozen(NOW):
        running.start(by=officer, values={"tianjin-2017.red.penalties": 0}, overlay="", on=DAY, wait=True)
    assert not [value for value in sown if value in caplog.text]
    with frames.mirror().connect() as db:
        held = "".join(str(db.execute(f"FROM {table}").fetchall()) for table in ("facts", "closings", "entities"))
    assert NAME in held
    assert not [value for value in sown if value in held]
    columns = list(tmp_path.rglob("*.parquet"))
    assert {path.name for path in columns} >= {"moved.parquet"} and len(columns) >= 3
    for path in columns:
        told = str(duckdb.sql(f"FROM read_parquet('{path}')").fetchall())
        assert not [value for value in sown if value in told], path
    for path in (path for path in tmp_path.rglob("*") if path.is_file() and "delivery" not in str(path)):
        if path.suffix in (".json", ".log", ".txt", ".csv"):
            assert not [value for value in sown if value in path.read_text(encoding="utf-8", errors="replace")], path


def test_who_filed_stands_in_no_table_in_the_clear(sown):
    """Persons of records and of the register lie in their protected tables; informers lie nowhere to be read at all."""
    informers = [value for place in ("投诉", "举报", "内部") for value in canaries(f"informer:{place}").values() if value in sown]
    assert len(informers) == 12
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            held = str(cursor.fetchall())
            assert not [value for value in informers if value in held], table


def test_the_probe_would_see_what_leaks(client, sown):
    """The same reading of answers finds what is public, packed or escaped: a probe that sees nothing proves nothing."""
    with clock.frozen(NOW):
        assert "津和市监罚〔2026〕2号" in whole_of(client.get("/publication/lists/penalty/"))
        assert NAME in whole_of(client.get(f"/api/publication/entities/{CODE}"))
        assert NAME in whole_of(client.get(f"/publication/entities/{CODE}/report.pdf"))
