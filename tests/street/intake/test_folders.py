"""Files laid down in a folder come in once, whole, with a receipt; killed at any moment nothing is doubled."""

from __future__ import annotations

import json
import os
import time

import pytest

from hengjian.ground.people.models import Agency
from hengjian.street.intake import folders
from hengjian.street.intake.models import Delivery
from tests.factories_intake import MARCH, PENALTY, csv_bytes, penalty

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")
    folder = tmp_path / "in" / "120101" / "penalty"
    folder.mkdir(parents=True)
    return folder


def lay(folder, name: str, *numbers: int, age: float = 60) -> None:
    (folder / name).write_bytes(csv_bytes(PENALTY, [penalty(number) for number in numbers]))
    moment = MARCH.timestamp() - age
    os.utime(folder / name, (moment, moment))


def take(folder):
    return folders.take_due(folder.parent.parent, at=MARCH)


def test_a_file_is_taken_once_and_put_away_with_a_receipt_that_adds_up(place):
    lay(place, "一月.csv", 1, 1, 2)
    [took] = take(place)
    told = json.loads((place / "taken" / "一月.csv.receipt.json").read_text(encoding="utf-8"))
    assert (told["delivery"], told["received"], told["accepted"], told["duplicate"]) == (took.delivery, 3, 2, 1)
    assert not (place / "一月.csv").exists() and (place / "taken" / "一月.csv").exists()
    assert take(place) == []


@pytest.mark.parametrize(("name", "age"), [("一月.csv", 3), (".一月.csv", 60), ("~$一月.xlsx", 60), ("一月.csv.part", 60), ("一月.tmp", 60)])
def test_what_is_half_written_or_locked_is_left(place, name, age):
    lay(place, name, 1, age=age)
    assert take(place) == []
    assert (place / name).exists()


def test_a_file_that_cannot_be_read_goes_aside_with_the_reason(place):
    (place / "坏.csv").write_bytes(b"%PDF-1.7")
    os.utime(place / "坏.csv", (MARCH.timestamp() - 60,) * 2)
    take(place)
    assert "PDF" in json.loads((place / "refused" / "坏.csv.receipt.json").read_text(encoding="utf-8"))["trouble"]
    stranger = place.parent.parent / "999999" / "penalty"
    stranger.mkdir(parents=True)
    lay(stranger, "a.csv", 1)
    assert "没有代码为" in take(place)[0].trouble
    nothing = place.parent / "no-such-kind"
    nothing.mkdir()
    lay(nothing, "a.csv", 1)
    assert "这种数据" in take(place)[0].trouble
    assert Delivery.objects.count() == 1  # the file that was read and refused


def test_another_file_of_the_same_name_is_another_delivery_and_covers_nothing(place):
    lay(place, "月报.csv", 1)
    take(place)
    lay(place, "月报.csv", 2)
    take(place)
    assert Delivery.objects.count() == 2
    assert len(list((place / "taken").glob("月报*.csv"))) == 2


@pytest.mark.parametrize("moment", ["receive", "process", "_put_away"])
def test_killed_at_any_moment_nothing_is_doubled(place, monkeypatch, moment):
    lay(place, "一月.csv", 1, 2)
    where = folders if moment == "_put_away" else folders.services
    right = getattr(where, moment)

    def killed(*args, **kwargs):
        right(*args, **kwargs) if moment == "receive" else None
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(where, moment, killed)
        with pytest.raises(KeyboardInterrupt):
            take(place)
    [took] = take(place)
    held = Delivery.objects.get()
    assert (took.delivery, held.state, held.received, held.accepted) == (held.pk, "done", 2, 2)
    assert (place / "taken" / "一月.csv.receipt.json").exists()


def test_killed_between_receipt_and_move_the_file_is_put_away_the_next_time(place, monkeypatch):
    lay(place, "一月.csv", 1, 2)
    replace, calls = os.replace, []

    def second(source, target):
        calls.append(target)
        if str(target).endswith("taken/一月.csv"):
            raise KeyboardInterrupt
        return replace(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(folders.os, "replace", second)
        with pytest.raises(KeyboardInterrupt):
            take(place)
    assert (place / "一月.csv").exists()
    take(place)
    assert Delivery.objects.count() == 1 and not (place / "一月.csv").exists()


def test_a_file_written_on_while_it_is_read_is_taken_whole_the_next_time(place, monkeypatch):
    lay(place, "一月.csv", 1)
    process = folders.services.process

    def slow(delivery, **more):
        with (place / "一月.csv").open("ab") as out:
            out.write((",".join(penalty(2)) + "\r\n").encode())
        os.utime(place / "一月.csv", (time.time(), MARCH.timestamp() - 30))
        return process(delivery, **more)

    with monkeypatch.context() as patched:
        patched.setattr(folders.services, "process", slow)
        take(place)
    assert (place / "一月.csv").exists()
    take(place)
    assert [(one.accepted, one.duplicate) for one in Delivery.objects.order_by("pk")] == [(1, 0), (1, 1)]


@pytest.mark.parametrize(("name", "head"), [("一月.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old"), ("一月.pdf", b"%PDF-1.7"), ("一月.xls", b"<html><table></table></html>")])
def test_what_holds_no_rows_is_put_away_with_a_receipt_that_says_so(place, name, head):
    (place / name).write_bytes(head)
    os.utime(place / name, (MARCH.timestamp() - 60,) * 2)
    [took] = take(place)
    told = json.loads((place / "refused" / f"{name}.receipt.json").read_text(encoding="utf-8"))
    assert took.trouble == told["trouble"] != "" and "xlsx" in told["trouble"] and not (place / name).exists()
