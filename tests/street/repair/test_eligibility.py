"""May this record be repaired, and since when: real days around the edges of the law."""

from __future__ import annotations

from datetime import date

import pytest

from hengjian.ground.kit.refusals import NotFound
from hengjian.street.assessment import queries as assessment
from hengjian.street.ledger import services as ledger
from hengjian.street.repair import queries
from tests import factories_repair as make

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 2)


def answer(entry, on):
    return queries.eligibility(entry, on).answer


def test_an_ordinary_penalty_opens_on_the_day_after_three_months_of_publicity(firm, by):
    entry = make.penalty(firm, by, MARCH)
    before, first = answer(entry, date(2026, 6, 2)), answer(entry, date(2026, 6, 3))
    assert (before.verdict, first.verdict) == ("later", "now")
    assert (first.opens, first.way.code, first.wait.basis) == (date(2026, 6, 3), "penalty-ordinary", "samr-107-2025")
    assert first.leaves == date(2027, 3, 3)
    assert [item.code for item in first.materials] == ["performed", "corrected"]


def test_the_last_of_november_counts_to_the_last_of_february(firm, by):
    assert answer(make.penalty(firm, by, date(2026, 11, 30)), date(2026, 12, 1)).opens == date(2027, 3, 1)


def test_a_penalty_in_a_key_field_waits_a_year(firm, by):
    entry = make.penalty(firm, by, MARCH, body={"field": "food"})
    found = answer(entry, date(2026, 6, 3))
    assert (found.verdict, found.way.code, found.opens) == ("later", "penalty-key", date(2027, 3, 3))


def test_a_revocation_ends_by_itself_and_a_small_mitigated_fine_too(firm, by):
    revoked = make.penalty(firm, by, MARCH, body={"kind_of_penalty": ["08"]})
    small = make.penalty(firm, by, MARCH, "津蓟市监罚〔2026〕2号", body={"tier": "light"}, fine_fen=100_000)
    assert answer(revoked, date(2026, 9, 1)).verdict == "itself"
    assert answer(revoked, date(2026, 9, 1)).leaves == date(2029, 3, 3)
    assert (answer(small, date(2026, 3, 3)).verdict, answer(small, date(2026, 3, 3)).leaves) == ("itself", date(2026, 6, 3))
    assert answer(small, date(2026, 6, 3)).verdict == "over"


def test_before_order_107_the_same_penalty_waited_six_months(firm, by):
    entry = make.penalty(firm, by, date(2025, 6, 20))
    eve, day = answer(entry, date(2025, 12, 20)), answer(entry, date(2025, 12, 25))
    assert (eve.way.code, eve.verdict, eve.opens) == ("penalty-2021", "later", date(2025, 12, 21))
    assert (day.way.code, day.verdict, day.opens) == ("penalty-ordinary", "now", date(2025, 9, 21))


def test_a_late_authority_does_not_lengthen_the_shortest_publicity(firm, by):
    entry = ledger.append(
        by=None, entity=firm, kind="penalty", on=MARCH, issuer=by.agency, document="迟", body={"kind_of_penalty": ["03"], "facts": "演示"},
        fine_fen=6_000_000, at=make.at(date(2026, 5, 6)),
    )  # fmt: skip
    make.publication.publish_due(on=date(2026, 5, 6))
    found = answer(entry, date(2026, 6, 30))
    assert found.subject.shown_from == found.subject.due < date(2026, 5, 6)
    assert found.opens < date(2026, 8, 6)


def test_what_is_not_public_yet_cannot_be_asked_for_and_says_by_when_it_will_be(firm, by):
    entry = ledger.append(
        by=None, entity=firm, kind="penalty", on=MARCH, issuer=by.agency, document="未", body={"kind_of_penalty": ["03"], "facts": "演示"},
        fine_fen=6_000_000, at=make.at(MARCH),
    )  # fmt: skip
    found = answer(entry, date(2026, 3, 3))
    assert (found.verdict, found.subject.shown_from) == ("barred", None)
    assert found.wait.start == found.subject.due


def test_a_listing_keeps_a_penalty_from_repair_and_is_itself_repaired_at_once(firm, by):
    entry = make.penalty(firm, by, MARCH)
    listed = make.listing(firm, by, date(2026, 4, 1))
    found = answer(entry, date(2026, 6, 3))
    assert (found.verdict, [one.code for one in found.unmet]) == ("barred", ["not-listed"])
    assert listed.document in str(found.unmet[0].says)
    assert answer(listed, date(2026, 4, 1)).verdict == "now"
    ledger.end(by=by.first, entry=listed, on=date(2026, 6, 10), because="移出", at=make.at(date(2026, 6, 10)))
    assert answer(entry, date(2026, 6, 9)).verdict == "barred"
    assert answer(entry, date(2026, 6, 10)).verdict == "now"


def test_a_late_report_that_was_filed_proves_itself(firm, by):
    listed = make.listing(firm, by, date(2026, 7, 6), ground="1")
    assert [item.code for item in answer(listed, date(2026, 7, 7)).materials] == ["cause-removed"]
    ledger.append(by=None, entity=firm, kind="annual-report", on=date(2026, 7, 8), issuer=by.agency, body={"year": "2025"}, at=make.at(date(2026, 7, 8)))
    found = answer(listed, date(2026, 7, 8))
    assert (found.materials, [item.code for item in found.spared]) == ((), ["cause-removed"])


def test_a_second_penalty_is_shown_to_the_officer_and_decides_nothing(firm, by):
    entry = make.penalty(firm, by, MARCH)
    make.penalty(firm, by, date(2026, 4, 1), "津蓟市监罚〔2026〕9号")
    found = next(one for one in answer(entry, date(2026, 6, 3)).conditions if one.code == "not-repeated")
    assert found.met is None
    assert "9号" in str(found.says)
    assert answer(entry, date(2026, 6, 3)).verdict == "now"


def test_the_serious_list_opens_after_a_year_and_ends_after_three(firm, by):
    listed = make.listing(firm, by, date(2024, 2, 29), kind="serious-list", ground="演示")
    assert answer(listed, date(2025, 2, 28)).verdict == "later"
    assert answer(listed, date(2025, 3, 1)).verdict == "now"
    assert answer(listed, date(2025, 3, 1)).leaves == date(2027, 3, 1)


def test_a_warning_is_never_public_and_the_court_decides_about_its_own_list(firm, by):
    warned = make.penalty(firm, by, MARCH, body={"kind_of_penalty": ["01"]}, fine_fen=None, warning_only=True)
    court = make.listing(firm, by, MARCH, kind="court-defaulter")
    assert answer(warned, date(2026, 9, 1)).verdict == "never-public"
    assert answer(court, date(2026, 9, 1)).verdict == "elsewhere"


def test_a_serious_listing_of_another_province_is_repaired_where_it_was_decided(firm, by):
    here = make.listing(firm, by, date(2024, 2, 29), kind="serious-list", ground="演示")
    there = make.listing(firm, by, date(2024, 2, 29), kind="serious-list", ground="演示", sender="河北省某市场监督管理局")
    assert (answer(here, date(2025, 3, 1)).verdict, answer(there, date(2025, 3, 1)).verdict) == ("now", "elsewhere")


def test_a_whole_firm_is_answered_in_as_many_queries_as_one_record(firm, by, django_assert_max_num_queries):
    for number in range(12):
        make.penalty(firm, by, MARCH, f"津蓟市监罚〔2026〕{number + 1}号")
    with django_assert_max_num_queries(8):
        found = queries.eligibilities(firm.uscc, date(2026, 6, 3))
    assert [one.answer.verdict for one in found] == ["now"] * 12


def test_a_record_without_a_way_is_not_found(firm, by):
    honour = ledger.append(by=None, entity=firm, kind="honour", on=MARCH, issuer=by.agency, body={"title": "演示"}, at=make.at(MARCH))
    with pytest.raises(NotFound):
        queries.eligibility(honour, MARCH)


def test_the_file_of_a_firm_and_its_application_name_the_same_first_day(firm, by):
    """Publicity counts from publication (Orders 45 and 107), a list from the day it was entered; late, early and not public yet."""
    make.penalty(firm, by, MARCH)
    for document, decided, shown in (("迟", date(2026, 3, 4), date(2026, 5, 6)), ("早", date(2026, 3, 4), date(2026, 3, 9))):
        ledger.append(
            by=None, entity=firm, kind="penalty", on=decided, issuer=by.agency, document=document, body={"kind_of_penalty": ["03"], "facts": "演示"},
            fine_fen=6_000_000, at=make.at(shown),
        )  # fmt: skip
        make.publication.publish_due(on=shown)
    ledger.append(
        by=None, entity=firm, kind="penalty", on=date(2026, 5, 6), issuer=by.agency, document="未", body={"kind_of_penalty": ["03"], "facts": "演示"},
        fine_fen=6_000_000, at=make.at(date(2026, 5, 6)),
    )  # fmt: skip
    on = date(2026, 5, 7)
    here = {held.record.fact.ref: (held.apply, held.lapses) for held in assessment.way_back(firm, on).held}
    there = {one.entry.document: (one.answer.opens, one.answer.leaves) for one in queries.eligibilities(firm.uscc, on)}
    assert len(there) == 4
    assert here == there
    assert there["早"][0] == date(2026, 6, 10)
