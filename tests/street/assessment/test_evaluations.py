"""The public credit evaluation is told as it was received, beside our class, and moves nothing."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.policy.conditions import leaves
from hengjian.ground.policy.schema.rulesets import FactKind
from hengjian.street.assessment import queries
from hengjian.street.assessment.evaluations import KIND, evaluation_of
from hengjian.street.ledger import services as ledger
from hengjian.street.publication.models import PublicNotice
from tests import factories_desk as desk
from tests import factories_draw as make
from tests.factories_intake import csv_bytes, deliver

pytestmark = pytest.mark.django_db
AT = datetime(2026, 2, 10, 10, tzinfo=clock.SHANGHAI)
HEAD = ("企业名称", "统一社会信用代码", "评价日期", "评价等级", "评价得分", "有效期至", "评价机构")


@pytest.fixture
def firm():
    return desk.firm(1)


def told(firm, decided: str, grade: str, until: str = "", at: datetime = AT):
    delivery = deliver(make.bureau(), KIND, csv_bytes(HEAD, [[firm.name, firm.uscc, decided, grade, "812", until, "天津市信用中心"]]), at=at)
    ledger.absorb(delivery, at=at)
    return delivery


def test_a_file_of_the_credit_centre_is_taken_in_and_told_word_for_word(firm):
    delivery = told(firm, "2026-01-09", "良")
    assert (delivery.accepted, delivery.quarantined) == (1, 0)
    found = evaluation_of(firm.uscc, on=date(2026, 2, 10))
    assert (found.title, found.score, found.decided, found.issuer) == ("良", "812", date(2026, 1, 9), "天津市信用中心")


def test_a_grade_nobody_knows_is_quarantined_and_not_guessed(firm):
    assert told(firm, "2026-01-09", "特优").quarantined == 1
    assert evaluation_of(firm.uscc, on=date(2026, 2, 10)) is None


def test_the_newest_stands_as_known_on_a_day_and_through_its_last_day(firm):
    told(firm, "2026-01-09", "良")
    told(firm, "2026-02-01", "差", "2026-03-01", datetime(2026, 2, 12, 10, tzinfo=clock.SHANGHAI))
    asked = ((date(2026, 2, 10), date(2026, 2, 11), "良"), (date(2026, 2, 12), None, "差"), (date(2026, 3, 1), None, "差"))
    for on, known, grade in asked:
        assert evaluation_of(firm.uscc, on=on, known=known).title == grade
    assert evaluation_of(firm.uscc, on=date(2026, 3, 2)) is None


def test_the_worst_evaluation_moves_no_class_and_is_not_public(firm):
    before = [each.code for each in queries.explanations(firm, on=desk.ON)]
    told(firm, "2026-01-09", "差")
    desk.published()
    assert [each.code for each in queries.explanations(firm, on=desk.ON)] == before
    assert PublicNotice.objects.count() == 0


def test_no_rule_of_any_classification_can_ask_for_it():
    assert KIND not in FactKind.__args__
    asked = {leaf.kind for ruleset in policy.current().sections["rules"].values() for rule in ruleset.conditional for leaf in leaves(rule.when)}
    assert KIND not in asked


def test_officer_and_firm_see_it_beside_the_class(client, firm):
    told(firm, "2026-01-09", "中")
    with clock.frozen(AT):
        desk.signed_in(client, "leader")
        page = client.get(f"/desk/entities/{firm.uscc}/").content.decode()
    beside = page.split('id="evaluation"')[1].split("</section>")[0]
    assert "天津市信用中心" in beside
    assert "不参与本平台的任何分类" in beside
