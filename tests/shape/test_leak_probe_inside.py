"""Leak probe, inside: persons behind a register entry, names in a returned reply or an objection, protected fields of a
record. They lie in protected places only; no page or answer without a kept reason, no export, index, log or error has them.
"""

from __future__ import annotations

import logging
from datetime import date, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from hengjian.ground.kit import clock
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.people.models import Agency, Holding, Officer, Representative
from hengjian.ground.procedure import services as acts
from hengjian.street import ledger
from hengjian.street.ledger import answering
from hengjian.street.ledger import services as ledger_acts
from hengjian.street.ledger.models import Entry
from hengjian.street.publication import services as publication
from hengjian.street.register import services as register
from tests.factories_intake import PENALTY, code, csv_bytes, deliver
from tests.shape.test_leak_probe import canaries, open_patterns, text_of

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 10, tzinfo=SHANGHAI)
CODE, NAME = code(0), "天津示例000000有限公司"
POSTS = ("leader", "register-officer", "filing-clerk", "supervision-officer", "auditor", "administrator")


@pytest.fixture
def officer() -> Officer:
    """An officer of the city with many posts, none of which may see protected data without a reason."""
    agency = Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")
    user = get_user_model().objects.create_user("probe", password="x")
    found = Officer.objects.create(number="P1", name="探针", agency=agency, user=user, scope="city")
    Holding.objects.bulk_create(Holding(officer=found, post=post, since=date(2020, 1, 1)) for post in POSTS)
    return found


@pytest.fixture
def sown(officer, settings, tmp_path, caplog) -> dict[str, str]:
    """One firm; every protected place of it holds a person who does not exist."""
    cache.clear()
    caplog.set_level(logging.DEBUG)
    settings.MEDIA_ROOT = tmp_path
    people = {place: canaries(f"inside:{place}")["representative"] + place[:1] for place in ("法人", "股东", "回应", "异议", "处罚")}
    with clock.frozen(DAY):
        head = ("企业名称", "统一社会信用代码", "地区", "法定代表人")
        register.absorb(deliver(officer.agency, "registration", csv_bytes(head, [[NAME, CODE, "和平", people["法人"]]]), at=NOW))
        head = ("企业名称", "统一社会信用代码", "股东序号", "股东姓名或名称", "认缴出资额(万元)")
        register.absorb(deliver(officer.agency, "investor", csv_bytes(head, [[NAME, CODE, "1", people["股东"], "60"]]), at=NOW))
        row = [NAME, CODE, "津和市监罚〔2026〕1号", "2026-03-02", officer.agency.name, "罚款", "销售超过保质期的食品", "0.5"]
        ledger_acts.absorb(deliver(officer.agency, "penalty", csv_bytes(PENALTY, [row]), at=NOW), at=NOW)
        entity = register.Entity.objects.get()
        entry = ledger.append(
            by=officer, entity=entity, kind="penalty", on=DAY, document="津和市监罚〔2026〕2号", at=NOW, fine_fen=100,
            body={"kind_of_penalty": ["03"], "facts": f"当事人{people['处罚']}销售"}, personal={"representative": people["处罚"]},
        )  # fmt: skip
        _say(officer, entry, people)
        publication.publish_entities(on=DAY)
        publication.publish_due(on=DAY)
    return people


def second() -> int:
    """The record the firm replied and objected to."""
    return Entry.objects.get(document="津和市监罚〔2026〕2号").seq


def _say(officer: Officer, entry: Any, people: dict[str, str]) -> None:
    told = {"uscc": CODE, "entry": entry, "actor": "firm", "on": DAY, "at": NOW}
    reply = answering.reply_to(text=f"{people['回应']}已经离职", **told)
    acts.act(reply, "return", by=officer, on=DAY, expected_version=1, body={"reasons": "写有自然人姓名"}, at=NOW)
    objection = answering.object_to(text=f"举报人{people['异议']}所说不实", **told)
    acts.act(objection, "flag", by=officer, on=DAY, expected_version=1, at=NOW)


def desk_patterns(resolver: Any = None, prefix: str = "/") -> list[tuple[str, str]]:
    """Addresses of pages that need a power, with that power."""
    found = []
    for part in (resolver or get_resolver()).url_patterns:
        route = prefix + str(part.pattern)
        if isinstance(part, URLResolver):
            found += desk_patterns(part, route)
        elif isinstance(part, URLPattern) and (power := getattr(part.callback, "power", None)) not in (None, "public"):
            found.append((route, power))
    return found


def filled(route: str, seqs: list[int]) -> list[str]:
    routes = [route.replace("<str:uscc>", CODE)]
    for mark in ("<int:seq>", "<int:pk>", "<int:entry_seq>"):
        routes = [one.replace(mark, str(seq)) for one in routes for seq in (seqs if mark in one else [0])]
    return [one for one in routes if not any(sign in one for sign in "<{^*$") and "logout" not in one]


def test_no_public_door_no_log_and_no_index_has_a_person(client, sown, caplog):
    client.raise_request_exception = False
    with clock.frozen(DAY):
        doors = [one.replace("<str:uscc>", CODE).replace("<slug:kind>", "penalty").replace("<int:entry_seq>", str(second())) for one in open_patterns()]
        doors = [one for one in doors if not any(sign in one for sign in "<{^*$") and not one.startswith("/ui/")]
        for door in (*doors, f"/entity/{CODE}/?tab=all", f"/api/publication/entities/{CODE}"):
            whole = text_of(client.get(door))
            assert not [name for name in sown.values() if name in whole], door
        assert "核实中" in text_of(client.get(f"/publication/notices/{second()}/"))
    assert not [name for name in sown.values() if name in caplog.text]
    for table in ("register_search", "publication_search"):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"SELECT count(*) FROM {table} WHERE name LIKE ANY(%s)", [[f"%{name}%" for name in sown.values()]])
                assert cursor.fetchone()[0] == 0


def test_persons_lie_in_protected_places_only(sown):
    """Every text column of every table, but those that are made for protected data and the record of a matter."""
    kept = {"register_person", "ledger_personal", "procedure_event", "ledger_entry"}
    with connection.cursor() as cursor:
        tables = [table for table in connection.introspection.table_names(cursor) if table not in kept]
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            held = str(cursor.fetchall())
            assert not [name for name in sown.values() if name in held], table


def test_pages_and_answers_of_the_desk_show_no_person_without_a_kept_reason(client, officer, sown):
    """A record's own words are the officer's to read; persons behind the firm and behind records are not."""
    client.raise_request_exception = False
    client.force_login(officer.user)
    behind = [sown["法人"], sown["股东"]]
    with clock.frozen(DAY):
        doors = [door for route, _power in desk_patterns() for door in filled(route, sorted({1, 2, 3, *Entry.objects.values_list("seq", flat=True)}))]
        assert f"/desk/register/{CODE}/" in doors
        for door in (*doors, f"/api/register/entities/{CODE}", f"/api/register/entities/{CODE}/history", f"/api/ledger/entities/{CODE}/entries"):
            whole = text_of(client.get(door))
            assert not [name for name in behind if name in whole], door


def test_a_firm_sees_its_own_words_and_no_other_firm_does(client, sown):
    for user, uscc, sees in (("own", CODE, True), ("other", code(1), False)):
        person = get_user_model().objects.create_user(user, password="x")
        Representative.objects.create(user=person, uscc=uscc)
        client.force_login(person)
        with clock.frozen(DAY):
            page = text_of(client.get(f"/counter/ledger/{second()}/"))
        assert (sown["回应"] in page) is sees
