"""Rates on time: what was due in the period counts there, what lies past its day is late, nothing hides behind an average."""

from __future__ import annotations

from datetime import date

import pytest

from hengjian.duties.complaints import loop, measuring, rates, reminding
from hengjian.duties.complaints.models import CallBack, Dispatch, Measured
from hengjian.ground.kit import clock
from hengjian.ground.people.models import Holding
from hengjian.ground.procedure import services as procedure
from tests import factories_desk as desk
from tests import factories_draw as make

from . import made

pytestmark = pytest.mark.django_db

# Receipt on the eve of National Day 2026: the seven working days run over the holiday and the make-up Saturday of 10 October.
EVE = date(2026, 9, 30)
OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture
def officer():
    return make.officer("C-1", agency=make.bureau())


@pytest.fixture(autouse=True)
def powers(officer):
    Holding.objects.create(officer=officer, post="complaint-officer")


def rate(name: str, on: date, agency=None, period=OCTOBER):
    measuring.refresh()
    [unit] = rates.units(rates.Period(*period, on), [agency or make.bureau()])
    return unit.rates[name]


def test_a_complaint_of_the_eve_of_national_day_is_due_on_the_seventh_working_day(officer):
    one = made.track(made.filing(officer.agency, EVE), owner=officer)
    measuring.refresh()
    [clock_] = Measured.objects.filter(track=one, clock="accept")
    assert (clock_.began, clock_.due, clock_.met) == (EVE, date(2026, 10, 15), None)


@pytest.mark.parametrize(("accepted", "in_time"), [(date(2026, 10, 15), 1), (date(2026, 10, 16), 0)])
def test_accepting_on_the_last_day_is_in_time_and_on_the_next_is_not(officer, accepted, in_time):
    made.agreed(made.filing(officer.agency, EVE), officer, accepted=accepted, ended=date(2026, 10, 20))
    found = rate("initial-check-on-time", date(2026, 10, 31))
    assert (found.numerator, found.denominator) == (in_time, 1)


@pytest.mark.parametrize(("on", "counted"), [(date(2026, 10, 15), 0), (date(2026, 10, 16), 1)])
def test_a_matter_left_lying_is_late_from_the_day_after_its_deadline(officer, on, counted):
    made.track(made.filing(officer.agency, EVE), owner=officer)
    found = rate("initial-check-on-time", on)
    assert (found.numerator, found.denominator) == (0, counted)


def test_a_matter_counts_in_the_period_in_which_it_was_due_and_not_where_it_came_in(officer):
    made.agreed(made.filing(officer.agency, EVE), officer, accepted=date(2026, 10, 9), ended=date(2026, 10, 20))
    on = date(2026, 10, 31)
    assert rate("initial-check-on-time", on).denominator == 1
    assert rate("initial-check-on-time", on, period=(date(2026, 9, 1), EVE)).denominator == 0


def test_a_month_that_is_over_stays_as_it_was_when_a_late_matter_is_done_later(officer):
    one = made.track(made.filing(officer.agency, EVE), owner=officer)
    made.act(one, "accept", date(2026, 11, 5), officer)
    then, later = rate("initial-check-on-time", date(2026, 10, 31)), rate("initial-check-on-time", date(2026, 11, 30))
    assert (then.numerator, then.denominator) == (later.numerator, later.denominator) == (0, 1)


def test_mediation_success_counts_agreements_among_what_ended_and_leaves_out_what_was_withdrawn(officer):
    for ground in ("1", "3", "2"):
        made.failed(made.filing(officer.agency, EVE), officer, accepted=date(2026, 10, 9), ended=date(2026, 10, 20), ground=ground)
    made.agreed(made.filing(officer.agency, EVE), officer, accepted=date(2026, 10, 9), ended=date(2026, 10, 20), recovered=12_300)
    found = rate("mediation-success", date(2026, 10, 31))
    assert (found.numerator, found.denominator) == (1, 3)
    assert rates.recovered(rates.Period(*OCTOBER, date(2026, 10, 31)), [officer.agency.pk]) == 12_300


def test_an_undone_act_takes_its_measure_along(officer):
    Holding.objects.create(officer=officer, post="leader")
    one = made.track(made.filing(officer.agency, EVE), owner=officer)
    made.act(one, "accept", date(2026, 10, 9), officer)
    measuring.refresh()
    assert Measured.objects.filter(track=one, clock="mediate").exists()
    one.proceeding.refresh_from_db()
    procedure.undo(
        one.proceeding, by=officer, reason="录错", on=date(2026, 10, 9), expected_version=one.proceeding.version, at=made.at(date(2026, 10, 9), 10)
    )
    assert measuring.refresh() == 1
    assert not Measured.objects.filter(track=one, clock="mediate").exists()
    assert measuring.refresh() == 0


def test_the_unit_with_the_lowest_rate_stands_first_and_the_whole_is_not_full_while_one_is_late(officer):
    late = desk.agency("120120", "120120")
    for _n in range(9):
        made.agreed(made.filing(officer.agency, EVE), officer, accepted=date(2026, 10, 9), ended=date(2026, 10, 20))
    made.track(made.filing(late, EVE))
    measuring.refresh()
    found = rates.units(rates.Period(*OCTOBER, date(2026, 10, 31)), [officer.agency, late])
    assert [unit.agency.code for unit in found] == ["120120", officer.agency.code]
    whole = rates.whole(found)["initial-check-on-time"]
    assert (whole.percent, whole.full) == ("90.00%", False)


def test_the_slowest_tenth_is_told_and_not_an_average():
    told = rates.spread([1] * 18 + [40, 60])
    assert (told.count, told.median, told.p90, told.worst, told.longest) == (20, 1, 1, 50.0, 60)


def test_nothing_due_is_no_good_mark():
    nothing = rates.Rate("x", 0, 0)
    assert (nothing.rate, nothing.percent, nothing.full) == (None, "—", False)


def test_satisfaction_is_counted_among_those_who_were_reached(officer):
    for answer in ("satisfied", "dissatisfied", "unreached"):
        one = made.agreed(made.filing(officer.agency, EVE), officer, accepted=date(2026, 10, 9), ended=date(2026, 10, 20))
        CallBack.objects.create(track=one, on=date(2026, 10, 22), answer=answer)
    found = rate("satisfaction", date(2026, 10, 31))
    assert (found.numerator, found.denominator) == (1, 2)


def test_what_is_due_before_the_next_working_day_is_told_over_the_holiday(officer):
    one = made.track(made.filing(officer.agency, EVE), owner=officer)
    one.due = date(2026, 10, 8)  # the first working day after the holiday
    one.save()
    named = {bucket.name: len(bucket.rows) for bucket in reminding.on_day(officer, date(2026, 9, 30))}
    assert named == {"late": 0, "today": 0, "next": 1, "near": 0}
    named = {bucket.name: len(bucket.rows) for bucket in reminding.on_day(officer, date(2026, 10, 9))}
    assert named["late"] == 1


def test_the_loop_shows_what_each_level_received_passed_on_and_sent_back(officer):
    city = desk.agency("120000")
    county = officer.agency
    county.parent = city
    county.save()
    chief = make.officer("C-9", agency=city)
    chief.scope = "city"
    one = made.filing(county, EVE)
    for position, (way, sender, receiver, hour) in enumerate(
        [("dispatch", None, city, 9), ("dispatch", city, county, 11), ("return", county, city, 15), ("dispatch", city, county, 16)], 1
    ):
        Dispatch.objects.create(
            filing=one, position=position, way=way, sender=sender, receiver=receiver, at=made.at(EVE, hour), on=EVE, reason="place"
        )
    above, middle, below, _office = loop.levels(chief, rates.Period(date(2026, 9, 1), EVE, EVE))
    assert (above.received, above.passed) == (1, 1)
    assert (middle.received, middle.passed, middle.returned, middle.hours, middle.longest) == (2, 2, 0, 1.0, 2.0)
    assert (below.received, below.passed, below.returned, below.hours) == (2, 0, 1, 4.0)


def test_the_pages_answer_officers_who_may_view_and_nobody_else(client, officer):
    with clock.frozen(date(2026, 10, 31)):
        made.agreed(made.filing(officer.agency, EVE), officer, accepted=date(2026, 10, 16), ended=date(2026, 10, 20))
        desk.signed_in(client, "complaint-officer")
        page = client.get("/desk/complaints/rates/").content.decode()
        assert "0.00%" in page
        assert "0 / 1" in page
        late = client.get("/desk/complaints/rates/late/initial-check-on-time/").content.decode()
        assert "2026-10-15" in late
        assert client.get("/desk/complaints/rates/rates.xlsx").status_code == 200
        waiting = made.track(made.filing(officer.agency, EVE), owner=officer)
        waiting.due = date(2026, 10, 15)
        waiting.save()
        today = client.get("/desk/complaints/today/?on=2026-10-15").content.decode()
        assert waiting.proceeding.number in today
        assert officer.agency.name in today
        assert client.get("/desk/complaints/report/").status_code == 200
        pdf = client.get("/desk/complaints/report/report.pdf")
        assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
        client.logout()
        desk.signed_in(client, "draw-officer", username="other")
        assert client.get("/desk/complaints/rates/").status_code == 403
