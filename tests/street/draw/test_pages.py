"""An operator walks a draw through its pages; a stranger sees the commitment at once and the list only when it is opened."""

from __future__ import annotations

import pytest

from hengjian.ground.kit import clock
from hengjian.ground.people.models import Holding, User
from hengjian.street.draw import services
from hengjian.street.draw.models import Draw, Pick, Plan
from hengjian.street.publication import services as publication
from tests import factories_draw as make

from .test_services import SECRETS, TWO

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with clock.frozen(make.AT):
        yield


def signed_in(client, post, number):
    user = User.objects.create_user(number, password="x")
    made = make.officer(number, certified=False, user=user)
    Holding.objects.create(officer=made, post=post)
    client.force_login(user)
    return made


def walk_to(client, state):
    make.city()
    for n in range(5):
        make.officer(f"G-{n:02d}")
    operator = signed_in(client, "draw-officer", "G-OP")
    form = {
        "title": "一季度抽查", "agency": make.bureau().pk, "mode": "by-grade", "items": ["reg-name"], "team_size": 2,
        "odds": "A 10%, B 20%, C 50%, D 100%",
    }  # fmt: skip
    assert client.post("/desk/draw/plans/new/", form).status_code == 302
    plan = Plan.objects.get()
    assert "10.000%" in client.get(f"/desk/draw/plans/{plan.pk}/").content.decode()
    client.post(f"/desk/draw/plans/{plan.pk}/freeze/")
    at = f"/desk/draw/draws/{Draw.objects.get().slug}/"
    parties = {"kind": "commit-reveal"} | {
        f"{field}_{letter}": party[key]
        for letter, party in zip("ab", TWO["parties"], strict=True)
        for field, key in (("name", "name"), ("digest", "digest"))
    }
    acts = {
        "committed": ("commit/", parties),
        "seeded": ("seed/", {"reveal_a": SECRETS[0], "reveal_b": SECRETS[1]}),
        "drawn": ("hold/", {}),
        "opened": ("open/", {}),
    }
    for reached, (address, values) in acts.items():
        assert client.post(at + address, values).status_code == 302
        assert Draw.objects.get().state == reached
        if reached == state:
            break
    return operator, Draw.objects.get()


def test_a_draw_is_walked_through_its_pages(client):
    _, draw = walk_to(client, "opened")
    page = client.get(f"/desk/draw/draws/{draw.slug}/?roll=1").content.decode()
    assert Pick.objects.filter(reserve=False).first().entity.name in page
    assert client.get("/desk/draw/").status_code == 200


def test_a_stranger_sees_the_commitment_but_not_the_list_before_opening(client):
    _, draw = walk_to(client, "drawn")
    client.logout()
    page = client.get(f"/draw/{draw.slug}/").content.decode()
    assert draw.commitment in page
    shown = page + client.get(f"/api/draw/draws/{draw.slug}").content.decode() + client.get("/draw/").content.decode()
    assert not any(pick.uscc in shown or pick.entity.name in shown for pick in Pick.objects.select_related("entity"))
    assert draw.seed not in shown
    assert draw.blind not in shown
    assert client.get(f"/draw/{draw.slug}/bundle.zip").status_code == 404
    assert client.get(f"/api/draw/draws/{draw.slug}/bundle").status_code == 404


def test_after_opening_anybody_takes_the_bundle_and_no_officer_is_named(client):
    _, draw = walk_to(client, "opened")
    client.logout()
    drawn = Pick.objects.filter(reserve=False).first()
    page = client.get(f"/draw/{draw.slug}/").content.decode()
    assert drawn.uscc in page
    assert drawn.entity.name not in page  # the public sees names of the projection, not of the register
    publication.publish_entities(on=make.ON)
    page = client.get(f"/draw/{draw.slug}/").content.decode()
    assert drawn.entity.name in page
    assert "演示G-0" not in page
    assert b"".join(client.get(f"/draw/{draw.slug}/bundle.zip").streaming_content)[:2] == b"PK"


def test_a_frozen_draw_is_nobodys_business_until_it_is_committed(client):
    make.city()
    operator = make.officer("G-OP")
    plan = services.file_plan(by=operator, agency=make.bureau(), title="抽查", items=["reg-name"], mode="by-grade", on=make.ON)
    draw = services.freeze(by=operator, plan=plan, at=make.AT)
    assert client.get(f"/draw/{draw.slug}/").status_code == 404


def test_an_inspector_may_look_but_not_hold(client):
    _, draw = walk_to(client, "seeded")
    signed_in(client, "inspector", "G-99")
    assert client.get(f"/desk/draw/draws/{draw.slug}/").status_code == 200
    assert client.post(f"/desk/draw/draws/{draw.slug}/hold/").status_code == 403


def test_a_leader_approves_a_redraw_and_the_public_sees_why(client):
    _, draw = walk_to(client, "opened")
    leader = signed_in(client, "leader", "G-LEAD")
    client.post(f"/desk/draw/draws/{draw.slug}/redraw/", {"reason": "名单缺少一个辖区"})
    second = Draw.objects.get(number=2)
    services.commit(by=leader, draw=second, source=TWO, at=make.later(9))
    assert "名单缺少一个辖区" in client.get(f"/draw/{draw.slug}/").content.decode()
