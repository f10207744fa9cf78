"""One entity per code; names change, codes do not; nothing is guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hengjian.ground import policy
from hengjian.ground.people.models import Agency, Officer
from hengjian.street.register import queries, services
from hengjian.street.register.models import Absorption, Entity, FormerName
from hengjian.street.register.rules import Places, kind_of, name_key
from tests.factories_intake import REGISTRATION, code, csv_bytes, deliver, registrations

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)


@pytest.fixture
def bureau(settings, tmp_path) -> Agency:
    settings.MEDIA_ROOT = tmp_path
    return Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")


def city_officer(scope: str = "city") -> Officer:
    """An officer of the bureau, not kept: the search asks for agency and scope alone."""
    return Officer(number="N-1", name="演示人员", agency=Agency.objects.get(code="120101"), scope=scope)


def absorb(bureau, rows, at=None):
    delivery = deliver(bureau, "registration", csv_bytes(REGISTRATION, rows), **({"at": at} if at else {}))
    return services.absorb(delivery)


def test_absorbing_twice_changes_nothing(bureau):
    first = absorb(bureau, registrations(3))
    services.absorb(first.delivery)
    assert (first.created, Entity.objects.count(), Absorption.objects.count()) == (3, 3, 1)


def test_a_new_name_makes_the_old_one_a_former_name_and_both_are_found(bureau):
    absorb(bureau, registrations(1))
    renamed = registrations(1)
    renamed[0][0] = "天津海河（集团）有限公司"
    state = absorb(bureau, renamed, MAY)
    assert (state.created, state.updated, state.renamed) == (0, 1, 1)
    [former] = FormerName.objects.all()
    assert (former.name, former.until.isoformat()) == ("天津示例000000有限公司", "2026-05-04")
    for words in ("海河", "海河(集团", "示例000000"):
        assert [entity.uscc for entity in queries.search(city_officer(), words)] == [code(0)]


def test_a_blank_cell_of_a_later_file_deletes_nothing(bureau):
    absorb(bureau, registrations(1))
    absorb(bureau, [["天津示例000000有限公司", code(0), "", "", ""]], MAY)
    entity = Entity.objects.get()
    assert (entity.district, entity.established.isoformat()) == ("120101", "2020-05-06")


def test_an_exact_short_name_comes_before_longer_ones(bureau):
    rows = registrations(3)
    for row, name in zip(rows, ("天津津沽大饭店管理有限公司", "津沽饭店", "天津市津沽饭店有限公司"), strict=True):
        row[0] = name
    absorb(bureau, rows)
    assert [entity.name for entity in queries.search(city_officer(), "津沽饭店")] == ["津沽饭店", "天津市津沽饭店有限公司"]


def test_a_code_is_found_by_its_beginning(bureau):
    absorb(bureau, registrations(2))
    assert queries.search(city_officer(), code(1).lower())[0].uscc == code(1)
    assert len(queries.search(city_officer(), "91120101MA9")) == 2


def test_a_search_finds_the_firms_of_the_scope_however_many_better_hits_lie_outside(bureau):
    rows = registrations(30)
    for number, row in enumerate(rows):
        row[0] = "津沽饭店" if number < 29 else "天津市和平区津沽饭店管理有限公司"
    absorb(bureau, rows)
    Entity.objects.exclude(uscc=code(29)).update(district="120119")
    for words in ("津沽饭店", code(0)[:9]):
        assert [entity.uscc for entity in queries.search(city_officer("unit"), words, limit=5)] == [code(29)]
    assert queries.search(None, "津沽饭店") == []
    assert [entity.uscc for entity in queries.listed(city_officer("unit"), q="津沽")] == [code(29)]


def test_one_character_finds_nothing(bureau):
    absorb(bureau, registrations(1))
    assert queries.search(city_officer(), "天") == []


@pytest.mark.parametrize(
    ("stated", "address", "district"),
    [
        ("静海县", "", "120118"),
        ("", "天津市静海县某镇", "120118"),
        ("保税区", "", None),
        ("自贸区", "天津市河西区某路", "120103"),
        ("", "天津市和平路1号", None),
        ("", "河北省沧州市", None),
        ("", "", None),
    ],
)
def test_a_district_is_read_or_cannot_be_told(stated, address, district):
    located = Places.of(policy.current()).locate(stated, address)
    assert located.district == district
    assert located.why["from"]


def test_the_code_tells_the_kind_of_entity():
    assert [kind_of(code(1, kind), "") for kind in ("91", "92", "93")] == ["enterprise", "individual", "cooperative"]


def test_brackets_of_either_width_are_the_same_name():
    assert name_key("天津（市）Ａ·公司") == name_key("天津(市)a公司")
