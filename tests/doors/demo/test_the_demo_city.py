"""The demo city is made of files: the same bytes for the same seed, and a manifest that tells the truth."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from hengjian.doors.demo.city import ORDER, City, write_city
from hengjian.doors.demo.dirt import WAYS
from hengjian.doors.demo.population import credit_code, found_city
from hengjian.ground.kit import uscc

ON = date(2026, 11, 20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("city")


@pytest.fixture(scope="module")
def city(folder: Path) -> City:
    return write_city(folder, 2_000, seed="red-thread", on=ON)


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    for name, seed in (("a", "one"), ("b", "one"), ("c", "two")):
        write_city(tmp_path / name, 300, seed=seed, on=ON)
    assert _digests(tmp_path / "a") == _digests(tmp_path / "b")
    assert _digests(tmp_path / "a") != _digests(tmp_path / "c")


def test_the_colours_follow_the_published_shares_exactly() -> None:
    firms = found_city(82_468, "tianjin", ON)
    share = {colour: sum(firm.colour == colour for firm in firms) for colour in ("green", "yellow", "red", "black")}
    assert share["green"] == pytest.approx(82_468 * 0.8274, abs=2)
    assert share["yellow"] == pytest.approx(82_468 * 0.1651, abs=2)
    assert share["red"] + share["black"] == pytest.approx(82_468 * 0.0075, abs=2)
    assert sum(firm.kind == "individual" for firm in firms) == 63_933


def test_every_firm_has_its_own_valid_code_and_name_and_says_it_is_invented() -> None:
    firms = found_city(3_000, "tianjin", ON)
    assert len({firm.uscc for firm in firms}) == len({firm.name for firm in firms}) == 3_000
    assert all(uscc.is_valid(firm.uscc) for firm in firms)
    assert all("演示" in firm.name and firm.person.startswith("演示") for firm in firms)


def test_codes_stay_apart_up_to_two_million() -> None:
    codes = {credit_code(index, "enterprise", "120000") for index in range(1, 2_000_000, 397)}
    assert len(codes) == len(range(1, 2_000_000, 397))


def test_the_manifest_counts_every_row_in_exactly_one_place(city: City, folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for sheet in manifest["sheets"]:
        assert sheet["rows"] == sheet["accepted"] + sheet["duplicate"] + sheet["quarantined"]
        assert len(sheet["dirty"]) == sheet["duplicate"] + sheet["quarantined"]
        assert (folder / sheet["file"]).stat().st_size
    assert {sheet["kind"] for sheet in manifest["sheets"]} == set(ORDER)
    assert {sheet["encoding"] for sheet in manifest["sheets"]} == {"utf-8-sig", "gb18030", "xlsx"}


def test_every_way_to_go_wrong_occurs_in_a_city_of_ten_thousand(tmp_path: Path) -> None:
    city = write_city(tmp_path, 10_000, seed="red-thread", on=ON)
    assert {row["how"] for sheet in city.sheets for row in sheet.dirty} == {way.how for way in WAYS}
