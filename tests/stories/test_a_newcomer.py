"""Somebody who read only the README does the five things that the first start prints, through the pages."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from hengjian.doors.cli.start import things_to_try
from hengjian.doors.demo.logins import ACCOUNTS, FIRM
from hengjian.doors.demo.sample import TEN_BAD
from hengjian.ground.kit import clock
from hengjian.ground.people.models import Officer, User
from hengjian.street.draw import lottery
from hengjian.street.draw.models import Draw
from hengjian.street.inspection import queries as visits
from hengjian.street.inspection.models import Result, Visit
from hengjian.street.intake.models import Delivery
from hengjian.street.publication import services as publication

from .conftest import ON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day():
    with clock.frozen(ON):
        yield


def signed_in(user: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=user))
    return client


def text(page) -> str:
    assert page.status_code == 200, page.status_code
    return page.content.decode()


@pytest.mark.parametrize("number", range(5))
def test_the_addresses_that_are_printed_open_for_those_they_are_printed_for(seeded, number):
    line = things_to_try("", seeded.found)[number]
    path = re.search(r" (/\S+)", line).group(1)
    who = re.search(r"demo-\w+", line)
    client = signed_in(who.group()) if who else Client()
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("account", [*ACCOUNTS, FIRM], ids=str)
def test_every_demonstration_login_lands_on_a_page(seeded, account):
    user = account if isinstance(account, str) else account.user
    assert signed_in(user).get("/desk/", follow=True).status_code == 200


def test_a_citizen_finds_a_firm_by_two_characters_and_sees_why_it_is_yellow(seeded):
    found = text(Client().get(f"{reverse('portal:search')}?q={quote(seeded.found.two)}"))
    assert seeded.found.uscc in found
    page = text(Client().get(reverse("portal:entity", args=[seeded.found.uscc])))
    assert seeded.found.name in page
    assert "警示" in page
    assert "天津市市场主体信用风险分类" in page, "the reasons name the text they rest on"


def test_the_firm_sees_its_class_at_the_counter(seeded):
    page = text(signed_in(FIRM).get("/counter/", follow=True))
    assert seeded.found.name in page
    assert "警示" in page


def test_a_clerk_uploads_ten_bad_rows_and_gets_each_back_with_its_reason_and_what_to_do(seeded):
    clerk = signed_in("demo-filing")
    assert "十月补报" in text(clerk.get(reverse("intake:delivery_list")))
    with Path(seeded.found.sample).open("rb") as file:
        sent = clerk.post(reverse("intake:deliver"), {"kind": "penalty", "file": file})
    delivery = Delivery.objects.order_by("pk").last()
    assert sent.headers["Location"] == reverse("intake:delivery", args=[delivery.pk])
    clerk.post(reverse("intake:confirm", args=[delivery.pk]))
    clerk.post(reverse("intake:step", args=[delivery.pk]))
    delivery.refresh_from_db()
    assert (delivery.received, delivery.accepted, delivery.duplicate, delivery.quarantined) == (20, 10, 0, len(TEN_BAD))
    page = text(clerk.get(reverse("intake:delivery", args=[delivery.pk])))
    rejected = "".join(part.decode() for part in clerk.get(reverse("intake:rejected_csv", args=[delivery.pk])))
    lines = rejected.strip().splitlines()
    assert len(lines) == 1 + len(TEN_BAD)
    assert len({line.split(",")[-1] for line in lines}) >= 6, "different faults have different remedies"
    assert all(number in page for number in (line.split(",")[0] for line in lines[1:]))


def test_a_draw_officer_holds_the_waiting_draw(seeded):
    officer = signed_in("demo-draw")
    plan = seeded.found.plan
    assert "A" in text(officer.get(reverse("draw:plan", args=[plan])))
    officer.post(reverse("draw:freeze", args=[plan]))
    draw = Draw.objects.get(plan=plan)
    values = {"a": "一个数值", "b": "另一个数值"}
    source = {"kind": "commit-reveal"}
    for letter, value in values.items():
        source |= {f"name_{letter}": f"部门{letter}", f"digest_{letter}": lottery.sha256(value)}
    officer.post(reverse("draw:commit", args=[draw.slug]), source)
    officer.post(reverse("draw:reveal_seed", args=[draw.slug]), {f"reveal_{k}": v for k, v in values.items()})
    officer.post(reverse("draw:hold", args=[draw.slug]))
    draw.refresh_from_db()
    assert draw.state == "drawn"
    assert "演示检查员" in text(officer.get(reverse("draw:draw", args=[draw.slug])))
    officer.post(reverse("inspection:assign", args=[draw.slug]))
    assert Visit.objects.filter(pick__draw=draw).count() == draw.total


def test_an_inspector_records_a_refusal_and_the_firm_turns_yellow_in_public(seeded):
    inspector = signed_in("demo-inspector")
    mine = visits.mine(Officer.objects.get(number="DEMO-INSPECTOR")).filter(recorded=False)
    assert mine.count() >= 2, "visits are waiting on first start"
    visit = mine.first()
    assert visit.entity.name in text(inspector.get(reverse("inspection:visit_list")))
    page = text(inspector.get(reverse("inspection:visit_form", args=[visit.pk])))
    token = re.search(r'name="token" value="(\w+)"', page).group(1)
    told = {
        "token": token, "path": "refused", "disposal": "case-transfer", "method": "1",
        "note": "2026年11月24日到场，负责人拒绝开门。", "witness": "演示街道办事处 演示见证人",
    }  # fmt: skip
    sent = inspector.post(reverse("inspection:visit_form", args=[visit.pk]), told)
    assert sent.status_code == 302
    assert Result.objects.get(visit=visit).path == "refused"
    leader = signed_in("demo-leader")
    assert visit.entity.name in text(leader.get(reverse("desk:home")))
    version = Visit.objects.get(pk=visit.pk).proceeding.version
    leader.post(reverse("inspection:act", args=[visit.pk, "review"]), {"version": version})
    assert Result.objects.get(visit=visit).entry_id
    publication.publish_entities(on=ON)
    publication.publish_due(on=ON)
    shown = text(Client().get(reverse("portal:entity", args=[visit.entity.uscc])))
    assert "拒不配合" in shown
