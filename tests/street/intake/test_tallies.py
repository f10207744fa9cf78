"""What a delivery held is counted once, as its rows are stored, and says the same when it is counted again from the rows."""

from __future__ import annotations

import pytest

from hengjian.street.intake import services, tallies
from hengjian.street.intake.models import Delivery
from tests.factories_intake import PENALTY, REGISTRATION, csv_bytes, deliver, penalty, registrations

pytestmark = pytest.mark.django_db


def test_days_and_filled_fields_are_counted_of_accepted_rows_only(bureau):
    rows = [penalty(1), penalty(1), penalty(2, 决定日期="2026-02-04", **{"罚款金额（万元）": "无", "处罚种类": "警告"}), penalty(3, 决定日期="没有")]
    tally = deliver(bureau, "penalty", csv_bytes(PENALTY, rows)).tally
    assert tally["days"] == {"2026-02-03": 1, "2026-02-04": 1}
    assert (tally["filled"]["document"], tally["filled"]["fine_yuan"]) == (2, 1)
    assert {name: tally[name] for name in ("received", "accepted", "duplicate", "rejected")} == {"received": 4, "accepted": 2, "duplicate": 1, "rejected": 1}


def test_a_later_chunk_is_added_to_the_first(bureau, monkeypatch):
    monkeypatch.setattr("hengjian.street.intake.tables.RAMP", (3,))
    tally = deliver(bureau, "registration", csv_bytes(REGISTRATION, registrations(9))).tally
    assert (tally["accepted"], tally["days"], tally["filled"]["uscc"]) == (9, {"2020-05-06": 9}, 9)


@pytest.mark.parametrize("kind", ["penalty", "registration"])
def test_a_delivery_from_before_is_counted_from_its_rows_and_says_the_same(bureau, kind):
    head, rows = (PENALTY, [penalty(n) for n in range(5)]) if kind == "penalty" else ((*REGISTRATION, "状态", "法定代表人"), [[*row, "存续", "张三"] for row in registrations(5)])
    delivery = deliver(bureau, kind, csv_bytes(head, rows))
    Delivery.objects.update(tally={})
    assert services.count_old() == 1
    assert tallies.recounted(delivery) == Delivery.objects.get().tally == delivery.tally
    assert services.count_old() == 0


def test_the_removal_is_the_day_of_a_row_that_tells_it(bureau):
    head = ("主体名称", "统一社会信用代码", "文书号", "列入日期", "列入机关", "列入原因", "移出日期")
    from tests.factories_intake import code

    rows = [["甲", code(1), "列1号", "2025-07-08", "局", "未按期年报", "2026-02-26"], ["乙", code(2), "列2号", "2026-02-25", "局", "未按期年报", ""]]
    tally = deliver(bureau, "abnormal-list", csv_bytes(head, rows)).tally
    assert tally["days"] == {"2026-02-26": 1, "2026-02-25": 1}
