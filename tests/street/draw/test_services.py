"""A draw goes from plan to opened list once; nobody can lose, change or repeat it unseen."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import date
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from hengjian.street.draw import lottery, services
from hengjian.street.draw.errors import AlreadyDrawn, Altered, BadPlan, BadSeed, NoTeam, OutOfOrder
from hengjian.street.draw.models import Draw, Pick, Team
from tests import factories_draw as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def operator():
    return make.officer("G-OPERATOR", certified=False)


@pytest.fixture
def inspectors():
    return [make.officer(f"G-{n:02d}") for n in range(6)]


@pytest.fixture
def plan(operator, inspectors):
    make.city()
    return file(operator)


def file(by, **more):
    wanted = {"agency": make.bureau(), "title": "2026年第一季度抽查", "items": ["reg-name"], "mode": "by-grade", "on": make.ON}
    return services.file_plan(by=by, **(wanted | more))


SECRETS = ("局办公室的数值", "监督科的数值")
TWO = {
    "kind": "commit-reveal",
    "parties": [
        {"name": name, "digest": lottery.sha256(value)} for name, value in zip(("办公室", "监督科"), SECRETS, strict=True)
    ],
}


def walk(by, plan, *, upto="opened"):
    draw = services.freeze(by=by, plan=plan, at=make.AT)
    steps = {
        "committed": lambda d: services.commit(by=by, draw=d, source=TWO, at=make.later(1)),
        "seeded": lambda d: services.reveal_seed(by=by, draw=d, evidence={"reveals": list(SECRETS)}, at=make.later(2)),
        "drawn": lambda d: services.hold(by=by, draw=d, at=make.later(3)),
        "opened": lambda d: services.open_list(by=by, draw=d, at=make.later(4)),
    }
    for state, step in steps.items():
        draw = step(draw)
        if state == upto:
            break
    return draw


def bundle(draw):
    return zipfile.ZipFile(BytesIO((Path(settings.MEDIA_ROOT) / draw.bundle_path).read_bytes()))


def test_each_grade_is_drawn_at_the_odds_of_the_pack_and_two_officers_go(operator, plan):
    draw = walk(operator, plan)
    drawn = Pick.objects.filter(draw=draw, reserve=False)
    # 60 at 1 %, 30 at 3 %, 20 at 10 %, 10 at 30 % are 6.5 firms: seven are drawn, in the same proportions.
    chances = {s: Fraction(drawn.filter(stratum=s).values_list("probability", flat=True).first() or 0) for s in "CD"}
    assert chances["D"] == 3 * chances["C"] == Fraction(3, 10) * Fraction(70, 65)
    assert drawn.count() == draw.total == 7
    assert {s: drawn.filter(stratum=s).count() for s in "ABCD"} == {s: draw.strata[s]["quota"] for s in "ABCD"}
    assert all(team.officers.count() == 2 for team in Team.objects.filter(pick__draw=draw))
    assert draw.state == "opened"


def test_only_good_entities_are_drawn_under_the_2015_reading(operator, inspectors):
    make.city()
    draw = walk(operator, file(operator, mode="green-only", quota=9))
    assert set(Pick.objects.filter(draw=draw).values_list("stratum", flat=True)) == {"green"}
    assert Pick.objects.filter(draw=draw, reserve=False).count() == 9


def test_the_bundle_is_confirmed_by_its_own_verifier(operator, plan):
    archive = bundle(walk(operator, plan))
    assert lottery.verify(lambda name: archive.read(name).decode()) == []


def test_the_bundle_says_under_which_version_of_the_law_it_was_drawn(operator, plan, law):
    archive = bundle(walk(operator, plan))
    assert json.loads(archive.read("rules.json"))["law"] == law.version


def test_the_bundle_names_no_officer(operator, inspectors, plan):
    archive = bundle(walk(operator, plan))
    everything = "".join(archive.read(name).decode() for name in archive.namelist() if name != "verify.py")
    assert not any(o.name in everything or o.number in everything for o in inspectors)


def test_steps_are_taken_in_order_and_once(operator, plan):
    draw = services.freeze(by=operator, plan=plan, at=make.AT)
    with pytest.raises(OutOfOrder):
        services.hold(by=operator, draw=draw, at=make.AT)
    with pytest.raises(OutOfOrder):
        services.reveal_seed(by=operator, draw=draw, evidence={"reveals": list(SECRETS)}, at=make.AT)
    with pytest.raises(OutOfOrder):
        services.open_list(by=operator, draw=draw, at=make.AT)
    services.commit(by=operator, draw=draw, source=TWO, at=make.AT)
    with pytest.raises(OutOfOrder):
        services.commit(by=operator, draw=draw, source=TWO, at=make.AT)


def test_a_department_cannot_reveal_another_value(operator, plan):
    draw = walk(operator, plan, upto="committed")
    with pytest.raises(BadSeed, match="监督科"):
        services.reveal_seed(by=operator, draw=draw, evidence={"reveals": [SECRETS[0], "改过的数值"]}, at=make.later(2))


def test_a_beacon_round_must_lie_in_the_future_and_match_its_signature(operator, plan):
    draw = services.freeze(by=operator, plan=plan, at=make.AT)
    source = {"kind": "beacon", "name": "公开随机信标", "round": 77, "due": make.AT.isoformat()}
    with pytest.raises(BadSeed):
        services.commit(by=operator, draw=draw, source=source, at=make.AT)
    source["due"] = make.later(10).isoformat()
    services.commit(by=operator, draw=draw, source=source, at=make.AT)
    value = hashlib.sha256(bytes.fromhex("ab" * 48)).hexdigest()
    good = {"round": 77, "value": value, "signature": "ab" * 48}
    for bad, at in ((good, 5), (good | {"round": 78}, 11), (good | {"signature": "cd" * 48}, 11)):
        with pytest.raises(BadSeed):
            services.reveal_seed(by=operator, draw=draw, evidence=bad, at=make.later(at))
    assert services.reveal_seed(by=operator, draw=draw, evidence=good, at=make.later(11)).source_value == value


def test_a_lottery_number_is_typed_before_a_witness(operator, plan):
    draw = services.freeze(by=operator, plan=plan, at=make.AT)
    source = {"kind": "lottery", "name": "双色球", "issue": "2026025", "due": make.later(10).isoformat()}
    services.commit(by=operator, draw=draw, source=source, at=make.AT)
    typed = {"issue": "2026025", "value": "03,11,17,20,26,31+09"}
    with pytest.raises(BadSeed, match="见证人"):
        services.reveal_seed(by=operator, draw=draw, evidence=typed, at=make.later(11))
    draw = services.reveal_seed(by=operator, draw=draw, evidence=typed | {"witness": "监督科"}, at=make.later(11))
    assert draw.source_value == "03 11 17 20 26 31 09"


def test_a_frame_altered_in_storage_cannot_be_drawn(operator, plan):
    draw = walk(operator, plan, upto="seeded")
    path = Path(settings.MEDIA_ROOT) / "draws" / draw.slug / "frame.csv"
    path.write_text(path.read_text().replace(",A\n", ",D\n", 1))
    with pytest.raises(Altered, match="frame.csv"):
        services.hold(by=operator, draw=draw, at=make.later(3))


def test_a_firm_is_not_visited_by_an_officer_it_once_employed(operator):
    entities = make.city("D" * 12)
    former = make.officer("G-90", former_employers=[e.uscc for e in entities])
    for n in range(2):
        make.officer(f"G-0{n}")
    draw = walk(operator, file(operator, quota=6))
    assert not Team.objects.filter(pick__draw=draw, officers=former).exists()


def test_a_team_that_cannot_be_formed_names_the_condition(operator):
    [entity] = make.city("D")
    make.officer("G-00")
    plan = file(operator, quota=1)
    with pytest.raises(NoTeam, match="持有效证件的检查人员只有 1 名"):
        walk(operator, plan)
    make.officer("G-01", former_employers=[entity.uscc])
    with pytest.raises(NoTeam, match=f"{entity.uscc}：回避后") as refused:
        walk(operator, file(operator, quota=1))
    assert refused.value.told(lambda _said: "%(visit)s: %(able)s of %(size)s") == f"{entity.uscc}: 1 of 2"
    with pytest.raises(NoTeam, match="metering"):
        walk(operator, file(operator, quota=1, items=["meter-use"]))


def test_a_certificate_that_ends_before_the_visits_do_is_not_in_the_pool(operator):
    make.city("D")
    for n in range(2):
        make.officer(f"G-0{n}")
    with pytest.raises(NoTeam):
        walk(operator, file(operator, quota=1, visits_until=date(2028, 1, 2)))


def test_a_second_draw_needs_a_reason_and_somebody_else_and_names_the_first(operator, plan):
    first = walk(operator, plan, upto="committed")
    with pytest.raises(AlreadyDrawn):
        services.freeze(by=operator, plan=plan, at=make.later(5))
    with pytest.raises(AlreadyDrawn):
        services.redraw(by=operator, draw=first, reason="名单有误", at=make.later(5))
    leader = make.officer("G-LEADER", certified=False)
    with pytest.raises(BadPlan):
        services.redraw(by=leader, draw=first, reason=" ", at=make.later(5))
    second = services.redraw(by=leader, draw=first, reason="名单有误", at=make.later(5))
    second = services.commit(by=operator, draw=second, source=TWO, at=make.later(6))
    assert (second.number, second.predecessor, second.approver) == (2, first, leader)
    assert first.commitment in second.commitment_text
    assert "名单有误" in second.commitment_text


@pytest.mark.parametrize("table", ["draw_draw", "draw_pick", "draw_team", "draw_team_officers"])
def test_no_draw_can_be_deleted_even_by_sql(operator, plan, table):
    walk(operator, plan)
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("change", ["seed = 'x'", "commitment = 'x'", "number = 9", "frame_digest = ''", "picks_digest = 'x'", "opened_at = NULL"])
def test_a_recorded_fact_of_a_draw_cannot_be_changed_by_sql(operator, plan, change):
    walk(operator, plan)
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE draw_draw SET {change}")


def test_holding_twice_gives_the_same_draw(operator, plan):
    draw = walk(operator, plan, upto="drawn")
    again = services.hold(by=operator, draw=Draw.objects.get(pk=draw.pk), at=make.later(9))
    assert (again.drawn_at, again.picks_digest) == (draw.drawn_at, draw.picks_digest)
