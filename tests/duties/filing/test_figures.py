"""A month of filing: late rows, silent sources, re-checked samples, and figures that stay as they were frozen."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from hengjian.duties.filing import figures, owing, queries, services
from hengjian.duties.filing.models import Alarm, Pick
from hengjian.ground import policy
from hengjian.ground.audit.models import Trail
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.models import Agency, Holding, Officer
from hengjian.street.intake import services as intake
from hengjian.street.intake.rules import Reason
from tests.factories_intake import PENALTY, csv_bytes, deliver, penalty

pytestmark = pytest.mark.django_db
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


@pytest.fixture
def bureau(settings, tmp_path) -> Agency:
    settings.MEDIA_ROOT = tmp_path
    return Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")


@pytest.fixture
def officer(bureau) -> Officer:
    made = Officer.objects.create(number="S-1", name="演示监督员", agency=bureau, scope="city")
    Holding.objects.create(officer=made, post="supervision-officer")
    return made


def send(agency, day: date, *decided: date, start: int = 0, **changes: str):
    first = day.timetuple().tm_yday * 1000 + int(agency.code[-1]) * 200 + start
    rows = [penalty(first + turn, 决定日期=one.isoformat(), **changes) for turn, one in enumerate(decided)]
    return deliver(agency, "penalty", csv_bytes(PENALTY, rows), at=at(day))


def line_of(month: date, on: date, **more):
    [line] = figures.of_month(month, on, **more)["sources"]
    return line


def test_seven_working_days_are_in_time_and_the_eighth_is_late_across_spring_festival(bureau):
    send(bureau, date(2026, 2, 2), date(2026, 2, 2))
    decided, last = date(2026, 2, 12), date(2026, 2, 28)  # the Thursday before the holidays; a Saturday that is worked
    assert policy.current().calendar.add_working_days(decided, 7) == last
    send(bureau, last, decided)
    assert (line_of(date(2026, 2, 1), date(2026, 3, 31))["late"], line_of(date(2026, 2, 1), date(2026, 3, 31))["most"]) == (0, 7)
    send(bureau, date(2026, 3, 1), decided)
    assert (line_of(MARCH, date(2026, 3, 31))["late"], line_of(MARCH, date(2026, 3, 31))["tones"]["time"]) == (1, "red")


def test_what_was_decided_before_the_source_was_connected_is_its_stock(bureau):
    send(bureau, date(2026, 3, 10), date(2015, 3, 3), date(2026, 3, 9), date(2026, 3, 10))
    line = line_of(MARCH, date(2026, 3, 31))
    assert (line["stock"], line["flow"], line["late"], line["connected"]) == (2, 1, 0, "2026-03-10")


def test_one_late_department_makes_the_whole_red_and_is_not_averaged_away(bureau):
    other = Agency.objects.create(code="120102", name="天津市河东区市场监督管理局", kind="district-bureau", district="120102")
    for agency, lag in ((bureau, 1), (other, 60)):
        send(agency, date(2026, 1, 5), date(2026, 1, 5))
        send(agency, date(2026, 3, 20), *[date(2026, 3, 20) - timedelta(lag)] * 2)
    for extra in range(40):
        send(bureau, date(2026, 3, 23), date(2026, 3, 23), start=1 + extra)
    first, second = figures.units(figures.of_month(MARCH, date(2026, 3, 31))["sources"])
    assert (first["agency"], first["tone"], first["late_share"]) == ("120102", "red", 1.0)
    assert (second["agency"], second["tone"]) == ("120101", "green")
    assert first["worst"] > 30 > second["worst"]


def test_rejected_rows_count_against_the_source_and_blank_cells_are_shown(bureau):
    send(bureau, date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 2), **{"罚款金额（万元）": "无", "处罚种类": "警告"})
    deliver(bureau, "penalty", csv_bytes(PENALTY, [penalty(9, 决定日期="没有")]), at=at(date(2026, 3, 3)))
    line = line_of(MARCH, date(2026, 3, 31))
    assert (line["received"], line["rejected"], line["tones"]["taken"]) == (3, 1, "red")
    assert 0 == line["thin"][0][1] <= line["filled"] < 1


def test_a_silent_source_is_red_though_it_filed_nothing_in_the_month(bureau):
    for week in range(5):
        send(bureau, date(2026, 1, 5) + timedelta(7 * week), date(2026, 1, 5))
    line = line_of(MARCH, date(2026, 3, 31))
    assert (line["deliveries"], line["tone"], line["silent"]["last"], line["silent"]["usual"]) == (0, "red", "2026-02-02", 5)


def test_an_alarm_is_raised_once_for_a_silence_and_ends_when_the_source_is_heard(bureau):
    for week in range(5):
        send(bureau, date(2026, 1, 5) + timedelta(7 * week), date(2026, 1, 5))
    counts = [services.raise_alarms(day, at(day)) for day in (date(2026, 2, 10), date(2026, 3, 31), date(2026, 4, 1))]
    assert (counts, Alarm.objects.get().raised) == ([0, 1, 0], date(2026, 3, 31))
    assert Trail.objects.filter(action="filing.alarm").count() == 1
    send(bureau, date(2026, 4, 2), date(2026, 4, 1))
    services.raise_alarms(date(2026, 4, 3), at(date(2026, 4, 3)))
    assert Alarm.objects.get().over == date(2026, 4, 2)


def test_a_sample_is_drawn_once_from_all_accepted_rows_and_found_again_from_its_seed(bureau, officer):
    send(bureau, date(2026, 3, 2), *[date(2026, 3, 2)] * 40)
    second = send(bureau, date(2026, 3, 9), *[date(2026, 3, 9)] * 30)
    intake.send_back(second, {5: Reason("unknown-entity", "", "", "没有", "核对")})
    sample = services.draw_sample(by=officer, agency=bureau, kind="penalty", month=MARCH, seed="甲", at=at(date(2026, 3, 31)))
    drawn = set(Pick.objects.values_list("delivery", "number"))
    assert (sample.frame, len(drawn)) == (69, 30)
    assert (second.pk, 5) not in drawn
    assert all(queries.record_behind(pick) for pick in queries.picks_of(sample))
    with pytest.raises(services.AlreadyDrawn):
        services.draw_sample(by=officer, agency=bureau, kind="penalty", month=MARCH, seed="乙", at=at(date(2026, 3, 31)))
    with pytest.raises(services.NothingToDraw):
        services.draw_sample(by=officer, agency=bureau, kind="penalty", month=APRIL, seed="乙", at=at(date(2026, 4, 30)))


def test_an_error_rate_has_an_interval_and_a_small_sample_is_not_red_by_chance(bureau, officer):
    send(bureau, date(2026, 3, 2), *[date(2026, 3, 2)] * 200)
    sample = services.draw_sample(by=officer, agency=bureau, kind="penalty", month=MARCH, seed="甲", at=at(date(2026, 3, 30)))
    for pick in queries.picks_of(sample)[:10]:
        wrong = ["decided"] if pick.position == 3 else []
        services.recheck(by=officer, pick=pick, outcome="wrong" if wrong else "right", fields=wrong, note="", at=at(date(2026, 3, 31)))
    line = line_of(MARCH, date(2026, 3, 31))
    assert (line["sample"]["rate"], line["tones"]["right"]) == (0.1, "yellow")
    assert line["sample"]["low"] < 0.05 < 0.3 < line["sample"]["high"]
    with pytest.raises(Refusal):
        services.recheck(by=officer, pick=queries.pick_of(sample, 1), outcome="wrong", fields=["no-such-field"], note="", at=at(date(2026, 3, 31)))


def test_a_frozen_month_stays_and_is_found_again_though_more_is_known_since(bureau, officer):
    send(bureau, date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 2))
    sample = services.draw_sample(by=officer, agency=bureau, kind="penalty", month=MARCH, seed="甲", at=at(date(2026, 3, 31)))
    with pytest.raises(Refusal):
        services.freeze(month=MARCH, at=at(date(2026, 3, 31)))
    report = services.freeze(month=MARCH, at=at(date(2026, 4, 11)), by=officer)
    services.recheck(by=officer, pick=queries.pick_of(sample, 1), outcome="wrong", fields=["decided"], note="", at=at(date(2026, 4, 20)))
    send(bureau, date(2026, 4, 20), date(2026, 4, 19))
    assert services.counted_again(report)
    assert services.freeze(month=MARCH, at=at(date(2026, 5, 1))).pk == report.pk
    assert line_of(MARCH, date(2026, 4, 20))["sample"]["wrong"] == 1 != report.figures["sources"][0]["sample"]["wrong"]


def test_the_job_freezes_each_month_ten_days_after_its_end_and_not_before(bureau):
    send(bureau, date(2026, 3, 2), date(2026, 3, 2))
    for day, frozen in ((date(2026, 4, 10), 0), (date(2026, 4, 11), 1), (date(2026, 4, 12), 0), (date(2026, 6, 15), 2)):
        assert services.supervise(day, at(day))[1] == frozen
    assert [str(one) for one in queries.reports()] == ["2026-05", "2026-04", "2026-03"]


def test_reports_owed_are_counted_against_reports_received_after_the_window(bureau):
    from tests import factories_desk as desk

    one, two = desk.firm(1, "120101", established=date(2024, 5, 5)), desk.firm(2, "120101", established=date(2025, 12, 31))
    desk.firm(3, "120101", established=date(2026, 1, 1))
    desk.firm(4, "120101", established=date(2024, 5, 5), status="4")
    from hengjian.street.ledger import services as ledger

    ledger.append(by=None, entity=one, kind="annual-report", on=date(2026, 6, 30), issuer=bureau, document="2025", body={}, at=at(date(2026, 6, 30)))
    assert two and owing.expected(date(2026, 6, 1), date(2026, 6, 30)) == []
    [row] = owing.expected(date(2026, 7, 1), date(2026, 7, 1))
    assert (row["district"], row["expected"], row["received"], row["year"], row["tone"]) == ("120101", 2, 1, 2025, "red")
    # Ten working days after the window a firm without a report must stand on the list.
    last = policy.current().deadline("lists.reason-1-no-annual-report", {"report_period_ended": date(2026, 6, 30)}).day
    assert [row["kind"] for row in owing.expected(date(2026, 7, 1), last)] == ["annual-report"]
    day = last + timedelta(days=1)
    ledger.append(by=None, entity=two, kind="abnormal-list", on=last, issuer=bureau, document="1", body={"ground": "4"}, at=at(last))
    told = {row["kind"]: (row["expected"], row["received"], row["tone"]) for row in owing.expected(date(2026, 7, 1), day)}
    assert told == {"annual-report": (2, 1, "red"), "abnormal-list": (1, 0, "red")}
    ledger.append(by=None, entity=two, kind="abnormal-list", on=last, issuer=bureau, document="2", body={"ground": "1"}, at=at(last))
    assert [(row["expected"], row["received"]) for row in owing.expected(date(2026, 7, 1), day) if row["kind"] == "abnormal-list"] == [(1, 1)]


def test_a_visit_owes_its_result_once_the_days_for_publishing_it_are_over():
    from tests import factories_inspection as field

    one, two = field.visits(2)
    field.record(one)
    due = max(one.due, two.due)
    over = policy.current().deadline("publication.inspection", {"decided": due}).day
    assert [row for row in owing.expected(over.replace(day=1), over) if row["kind"] == "inspection"] == []
    told = [row for row in owing.expected((over + timedelta(days=1)).replace(day=1), over + timedelta(days=1)) if row["kind"] == "inspection"]
    assert (sum(row["expected"] for row in told), sum(row["received"] for row in told)) == (2, 1)
