"""Leak probe: values of natural persons are sown behind credit records and searched for behind every public door."""

from __future__ import annotations

import io
import json
import random
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import URLPattern, URLResolver, get_resolver
from pypdf import PdfReader

from hengjian.doors.api.assembly import described
from hengjian.ground import policy
from hengjian.ground.kit import clock, uscc
from hengjian.ground.people.models import Agency
from hengjian.street.ledger.models import Batch, Entry, Personal
from hengjian.street.publication import entities
from hengjian.street.publication.projecting import project
from hengjian.street.publication.rulebook import Rulebook
from hengjian.street.register.models import Entity

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 10)
CODE = uscc.complete("91120119MA05CANA8")
KINDS = ("penalty", "abnormal-list", "serious-list", "inspection", "licence", "honour", "annual-report")


def canaries(seed: str) -> dict[str, str]:
    """Generated values of a person who does not exist."""
    chance = random.Random(seed)
    name = "".join(chance.choice(characters) for characters in ("钱孙李周", "样拟测虚", "甲乙丙丁"))
    return {
        "representative": name,
        "id_number": f"120101{chance.randint(1950, 2005)}0307{chance.randint(1000, 9999)}",
        "phone": f"139{chance.randint(10**7, 10**8 - 1)}",
        "home": f"蓟州区虚构里{chance.randint(100, 999)}号楼{chance.randint(100, 999)}室",
        "bank": f"62220202{chance.randint(10**10, 10**11 - 1)}",
    }


@pytest.fixture
def sown() -> list[str]:
    """A firm with one record of each kind; each record's texts and extra fields are full of protected values."""
    cache.clear()
    values: list[str] = []
    now = datetime(2026, 3, 2, tzinfo=UTC)
    entity = Entity.objects.create(
        uscc=CODE, name="天津金丝雀食品有限公司", name_folded="天津金丝雀食品有限公司", kind="enterprise", updated_at=now
    )
    bureau = Agency.objects.create(code="120119", name="蓟州区市场监督管理局", kind="district-bureau", district="120119")
    entries = []
    for number, kind in enumerate(KINDS):
        person = canaries(kind)
        values += person.values()
        batch = Batch.objects.create(opened_at=now, source="probe", size=1, chain_head=bytes(32), sealed_at=now)
        prose = "，".join(person.values())
        body = {"kind_of_penalty": ["03"], "facts": prose, "ground": prose, "result": "1", "items": prose, "title": prose,
                "licence_name": prose, "year": 2025, "remark": prose, **person}  # fmt: skip
        entry = Entry.objects.create(
            batch=batch, position=1, entity=entity, uscc=CODE, kind=kind, act=kind, issuer=bureau,
            document=f"津蓟市监〔2026〕{number}号", decided=now.date(), effective=now.date(), recorded=now, body=body,
            pack_version="probe", previous=bytes(32), digest=bytes(32),
        )  # fmt: skip
        Personal.objects.create(entry=entry, salt=b"s", data=person)
        entries.append(entry)
    entities.copy([entity.pk], "tianjin-2017", 1)
    outcome = project(entries, Rulebook(policy.current()), DAY)
    assert outcome.published == len(KINDS)
    return values


def open_patterns(resolver: Any = None, prefix: str = "/") -> list[str]:
    """Addresses of the pages that need no power, with the firm's own values in place of their parameters."""
    found = []
    for part in (resolver or get_resolver()).url_patterns:
        route = prefix + str(part.pattern)
        if isinstance(part, URLResolver):
            found += open_patterns(part, route)
        elif isinstance(part, URLPattern) and getattr(part.callback, "power", None) == "public":
            found.append(route)
    return found


def filled(route: str) -> list[str]:
    """The route for the firm, for its kinds and its first entries."""
    routes = [route.replace("<str:uscc>", CODE).replace("{uscc}", CODE).replace("<uscc:uscc>", CODE)]
    routes = [r.replace("<slug:kind>", kind) for r in routes for kind in KINDS] if "<slug:kind>" in route else routes
    seqs = list(Entry.objects.order_by("seq").values_list("seq", flat=True))
    routes = [r.replace("<int:entry_seq>", str(s)) for r in routes for s in seqs] if "<int:entry_seq>" in route else routes
    return [r for r in routes if not any(mark in r for mark in "<{^*$")]


def text_of(answer: Any) -> str:
    if answer.headers.get("Content-Type") == "application/pdf":
        return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())
    return b"".join(answer).decode("utf-8", "replace")


def test_no_public_door_gives_away_a_protected_value(client, sown):
    pages = [address for route in open_patterns() for address in filled(route)]
    described_paths = [p for p, operations in json.loads(described())["paths"].items() if "get" in operations]
    api = [address for path in described_paths for address in filled(path)]
    tabs = [f"/entity/{CODE}/?tab={tab}" for tab in ("", "all", *KINDS)]
    doors = [address for address in (*pages, *api, *tabs) if not address.startswith("/ui/")]
    assert f"/entity/{CODE}/" in doors
    assert any(door.endswith("report.pdf") for door in doors)
    client.raise_request_exception = False  # the page of a crash is searched like any other
    with clock.frozen(DAY):
        for door in doors:
            whole = text_of(client.get(door))
            leaked = [value for value in sown if value in whole]
            assert not leaked, f"{door} shows {leaked}"


def test_searching_for_a_protected_value_finds_nothing_and_errors_do_not_repeat_the_record(client, sown):
    with clock.frozen(DAY):
        for value in sown:
            assert client.get("/api/publication/search", {"q": value}).json()["total"] == 0
            assert f"/entity/{CODE}/" not in text_of(client.get("/search/", {"q": value}))
            shown = text_of(client.get("/publication/lists/penalty/", {"text": value}))
            assert CODE not in shown
            assert value not in text_of(client.get(f"/api/publication/entities/{CODE}?q=1"))


def test_the_probe_sees_what_is_public(client, sown):
    with clock.frozen(DAY):
        assert "津蓟市监〔2026〕0号" in text_of(client.get("/publication/lists/penalty/"))
