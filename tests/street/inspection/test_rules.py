"""A result says what was found, item by item, and nothing that its items contradict."""

from __future__ import annotations

import pytest

from hengjian.ground.kit import pictures
from hengjian.street.inspection import rules
from hengjian.street.inspection.rules import Answer, Finding, Lists
from tests import factories_inspection as make

LISTS = Lists(
    items=make.ITEMS, results={"1": False, "B": True, "E": False, "6": True, "8": True},
    disposals=("none", "order-correct", "case-transfer", "feedback-daily"), methods=("1", "2"),
)  # fmt: skip
ONE_PROBLEM = (Answer("reg-name", "pass"), Answer("pub-annual-report", "problem", "未公示"))


def wrong(finding: Finding) -> set[str]:
    return set(rules.mistakes(rules.completed(finding), LISTS))


@pytest.mark.parametrize("finding", [make.clean(), make.breach(), make.refused(), make.not_found()])
def test_a_complete_result_is_accepted(finding):
    assert wrong(finding) == set()


@pytest.mark.parametrize(
    ("finding", "fields"),
    [
        (make.clean(answers=(Answer("reg-name", "pass"),)), {"item:pub-annual-report"}),
        (make.clean(answers=ONE_PROBLEM), {"codes"}),
        (make.breach(answers=(Answer("reg-name", "pass"), Answer("pub-annual-report", "problem", " "))), {"item:pub-annual-report"}),
        (make.breach(disposal="none"), {"disposal"}),
        (make.clean(codes=("B",), disposal="order-correct"), {"codes"}),
        (make.breach(codes=("1", "B")), {"codes"}),
        (make.clean(codes=("8",)), {"codes", "disposal"}),
        (make.clean(codes=()), {"codes"}),
        (make.clean(codes=("Z",)), {"codes"}),
        (make.clean(disposal="forget"), {"disposal"}),
        (make.clean(method="9"), {"method"}),
        (make.clean(signed_by_firm=""), {"signed_by_firm"}),
        (make.clean(answers=(*make.clean().answers, Answer("food-sale", "pass"))), {"items"}),
        (make.clean(answers=(*make.clean().answers, Answer("reg-name", "problem", "x"))), {"items", "codes", "item:reg-name"}),
        (Finding(path="refused", disposal="case-transfer"), {"note", "witness"}),
        (make.refused(witness=""), {"witness"}),
        (make.clean(signatures={"firm": "M1 2L3 4<script>"}), {"signatures"}),
        (make.clean(signatures={"stranger": "M1 2L3 4"}), {"signatures"}),
        (make.clean(arrived=make.AT, finished=make.at(2026, 3, 1)), {"finished"}),
        (make.refused(codes=("1",)), {"codes"}),
        (make.not_found(answers=(Answer("reg-name", "pass"),)), {"items"}),
        (Finding(path="later", codes=("1",)), {"path"}),
    ],
)  # fmt: skip
def test_what_is_missing_or_contradictory_is_named_by_its_field(finding, fields):
    found = wrong(finding)
    assert found & fields
    assert found <= fields


def test_a_firm_that_does_not_sign_is_recorded_with_the_reason():
    assert wrong(make.clean(signed_by_firm="", note="当事人拒绝签字")) == set()


def test_a_problem_corrected_on_the_spot_needs_no_follow_up():
    assert wrong(make.breach(codes=("E",), disposal="none")) == set()


PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big") + b"\x08\2\0\0\0" + b"\0" * 20 + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0\0\4ab" + b"\xff\xc0\0\x11\x08" + (480).to_bytes(2, "big") + (640).to_bytes(2, "big") + b"\0" * 20 + b"\xff\xd9"
WEBP = b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + (639).to_bytes(3, "little") + (479).to_bytes(3, "little") + b"\0" * 8


@pytest.mark.parametrize(("content", "kind"), [(PNG, "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp")])
def test_a_picture_tells_its_kind_and_size_by_its_own_head(content, kind):
    assert pictures.picture_of(content) == pictures.Picture(kind, 640, 480)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"%PDF-1.7", PNG[:40], JPEG[:-2], PNG.replace((640).to_bytes(4, "big"), (0).to_bytes(4, "big")), b"\xff\xd8\xff" + b"\0" * 40 + b"\xff\xd9"],
)  # fmt: skip
def test_what_is_no_whole_picture_is_not_kept(content):
    assert pictures.picture_of(content) is None


def test_what_a_camera_writes_beside_the_picture_is_not_kept():
    exif = b"\xff\xe1" + (2 + 10).to_bytes(2, "big") + b"Exif\0\0GPS."
    colours = b"\xff\xe2" + (2 + 13).to_bytes(2, "big") + b"ICC_PROFILE\0\1"
    assert pictures.stripped(JPEG[:2] + exif + colours + JPEG[2:]) == JPEG[:2] + colours + JPEG[2:]
    assert pictures.stripped(JPEG) == JPEG


def test_a_place_is_three_numbers_on_this_earth():
    assert rules.place_of("40.045712,117.40831,12.4") == {"lat": 40.04571, "lon": 117.40831, "accuracy": 12}
    assert [rules.place_of(text) for text in ("", "1,2", "91,0,1", "nan,0,0", "a,b,c")] == [{}] * 5
