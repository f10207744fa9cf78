"""Figures add up to the whole, and behind every figure stand as many rows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache

from hengjian.ground.kit import clock
from hengjian.street.publication import statistics
from hengjian.street.publication.models import PublicEntity
from hengjian.street.register.models import Entity
from tests import factories_draw as make
from tests.factories_desk import signed_in

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 2)
FIRMS = (
    # district, street, industry, yuan, established, class
    ("120119", "", "5211", 99_999, date(2026, 2, 28), "green"),
    ("120119", "", "F52", 100_000, date(2026, 3, 2), "yellow"),
    ("120101", "", "62", None, date(2024, 4, 1), "green"),
    ("120101", "", "H62", 0, date(2024, 3, 31), ""),
    ("", "", "", 100_000_000, None, "black"),
)


@pytest.fixture(autouse=True)
def city():
    cache.clear()
    for number, (district, street, industry, yuan, established, class_code) in enumerate(FIRMS, start=1):
        code, name = make.code_of(number), f"天津演示{number}有限公司"
        entity = Entity.objects.create(
            uscc=code, name=name, name_folded=name, kind="enterprise", street=street, updated_at=datetime(2026, 1, 1, tzinfo=UTC)
        )
        PublicEntity.objects.create(
            entity=entity, uscc=code, name=name, kind="enterprise", status="1", district=district, industry=industry,
            capital_fen=None if yuan is None else yuan * 100, established=established, class_code=class_code,
        )  # fmt: skip


def counted(by, **narrowed):
    return {line.key: line.counts for line in statistics.lines(by, narrowed, ON)}


def test_a_district_is_counted_by_class_and_firms_without_one_stand_last():
    assert list(counted("district")) == ["120101", "120119", ""]
    assert counted("district")["120119"] == (1, 1, 0, 0, 0)


def test_codes_of_a_section_with_and_without_its_letter_are_one_sector():
    assert counted("sector") == {"F": (1, 1, 0, 0, 0), "H": (1, 0, 0, 0, 1), "": (0, 0, 0, 1, 0)}


def test_a_band_of_capital_begins_with_its_lower_bound_and_unknown_capital_is_said_to_be_unknown():
    assert counted("size") == {"0": (1, 0, 0, 0, 1), "1": (1, 0, 0, 0, 0), "2": (0, 1, 0, 0, 0), "5": (0, 0, 0, 1, 0)}


def test_twenty_four_months_reach_back_to_the_first_day_of_the_first():
    assert list(counted("month")) == ["2024-04", "2026-02", "2026-03"]


def test_dollars_are_not_taken_for_yuan():
    PublicEntity.objects.filter(uscc=make.code_of(2)).update(capital_currency="USD")
    assert counted("size") == {"0": (1, 0, 0, 0, 1), "1": (1, 0, 0, 0, 0), "5": (0, 0, 0, 1, 0), "": (0, 1, 0, 0, 0)}
    assert [one.uscc for one in statistics.rows("size", "", {}, None, ON)] == [make.code_of(2)]


def test_a_firm_not_established_yet_is_in_neither_the_figure_nor_the_rows():
    PublicEntity.objects.filter(uscc=make.code_of(1)).update(established=date(2026, 3, 3))
    assert counted("month")["2026-03"] == (0, 1, 0, 0, 0)
    assert [one.uscc for one in statistics.rows("month", "2026-03", {}, None, ON)] == [make.code_of(2)]


@pytest.mark.parametrize("by", statistics.DIMENSIONS)
def test_behind_every_figure_stand_as_many_rows(by):
    for line in statistics.lines(by, {}, ON):
        for code, n in zip(statistics.CLASSES, line.counts, strict=True):
            assert statistics.rows(by, line.key, {}, code, ON).count() == n
        assert statistics.rows(by, line.key, {}, None, ON).count() == line.total


def test_the_share_leaves_out_what_is_not_classified():
    [line] = statistics.lines("kind", {"district": "120101"}, ON)
    assert (line.total, line.share) == (2, "0.00%")


def test_everybody_reads_the_figures_and_their_definition_and_an_officer_exports_them(client):
    with clock.frozen(ON):
        page = client.get("/publication/statistics/?by=sector").content.decode()
        assert "口径" in page and "批发和零售业" in page
        listed = client.get("/publication/statistics/rows/?by=sector&key=F&class=yellow").content.decode()
        assert make.code_of(2) in listed and make.code_of(1) not in listed
        assert client.get("/desk/publication/statistics.xlsx").status_code == 302
        signed_in(client, "supervision-officer", scope="city")
        assert client.get("/desk/publication/statistics.xlsx?by=size").status_code == 200


@pytest.mark.parametrize("asked", ["?by=x", "?by=month&key=2026-13", "?by=size&key=9", "?district=%00", "?by=month&key=x-1&page=z"])
def test_odd_questions_are_answered_with_a_page(client, asked):
    for path in ("/publication/statistics/", "/publication/statistics/rows/"):
        assert client.get(path + asked).status_code < 500
