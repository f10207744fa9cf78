"""Like cases alike: seeded outliers are found at the stated precision, and a decision far from its like says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.ground.kit import clock
from hengjian.ground.procedure import services as procedure
from hengjian.street.casework import consistency, likeness, queries
from hengjian.street.casework.models import Case, Precedent
from tests import factories_casework as make
from tests import factories_desk as desk

ON = date(2026, 3, 2)
HOW = {"neighbours": 30, "least": 8, "far": 4.5}


def city(seed: int, count: int = 1000, odd: float = 0.03):
    """Decided fines under ten articles, each with its own practice; a few are four to eight times too high or too low."""
    random, made, seeded = Random(seed), [], set()
    for n in range(count):
        article = f"演示法第{random.randrange(1, 11)}条"
        lighter = random.random() < 0.4
        usual = 1_000_000 * (1 + int(article[4:-1])) * (0.5 if lighter else 1.0)
        fine = usual * random.lognormvariate(0, 0.25)
        if random.random() < odd:
            fine *= random.uniform(4, 8) ** random.choice((1, -1))
            seeded.add(n)
        features = consistency.Features(
            article, "演示条例第一条", False, "enterprise", random.choice((5, 6, 7)), frozenset({"03"}),
            frozenset({"remove-harm"} if lighter else ()), None, ON - timedelta(days=random.randrange(900)),
        )  # fmt: skip
        made.append(consistency.Decided(features, int(fine), str(n)))
    return made, seeded


@pytest.mark.parametrize("seed", range(5))
def test_nine_of_ten_seeded_outliers_are_found_and_nine_of_ten_found_are_seeded(seed):
    made, seeded = city(seed)
    found = set()
    for n, one in enumerate(made):
        others = made[:n] + made[n + 1 :]
        if consistency.standing(one.features, one.fine, others, **HOW).outlier:
            found.add(n)
    assert len(found & seeded) >= 0.9 * len(seeded)
    assert len(found & seeded) >= 0.9 * len(found)


def like(fine, **more):
    base = consistency.Features("演示法第一条", kind="enterprise", penalties=frozenset({"03"}), decided=ON)
    return consistency.Decided(replace(base, **more), fine)


def test_a_few_cases_make_no_practice():
    few = [like(1_000_000)] * 7
    assert consistency.standing(few[0].features, 90_000_000, few, **HOW).outlier is False
    assert consistency.standing(few[0].features, 90_000_000, [*few, few[0]], **HOW).outlier is True


def test_the_nearest_share_circumstances_before_size_and_time():
    lighter = like(100, circumstances=frozenset({"merit"}), size=7, decided=date(2023, 3, 2))
    plain = like(200, size=5)
    asked = like(0, circumstances=frozenset({"merit"}), size=5).features
    found = consistency.standing(asked, 100, [plain, lighter], **HOW)
    assert [one.fine for one in found.nearest] == [100, 200]


def test_another_article_or_another_kind_of_party_is_no_like_case():
    asked = like(0).features
    assert consistency.standing(asked, 1, [like(1, article="演示法第二条"), like(1, person=True)], **HOW).nearest == ()


@pytest.mark.parametrize(("text", "key"), [
    ("《中华人民共和国食品安全法》第一百二十四条第一款第（五）项", "食品安全法第一百二十四条"), ("食品安全法 第一百二十四条", "食品安全法第一百二十四条"),
    ("价格法第42条第一款", "价格法第42条"), ("无条款的依据", "无条款的依据"),
])  # fmt: skip
def test_an_article_is_one_however_it_is_written(text, key):
    assert consistency.article_key(text) == key


@given(st.lists(st.integers(1, 10**9), min_size=8, max_size=60), st.integers(1, 10**9))
def test_the_percentile_rises_with_the_fine_and_no_order_matters(fines, fine):
    cases = [like(each) for each in fines]
    one, other = (consistency.standing(like(0).features, fine, rows, **(HOW | {"neighbours": 60})) for rows in (cases, cases[::-1]))
    more = consistency.standing(like(0).features, fine * 2, cases, **(HOW | {"neighbours": 60}))
    assert one.percentile == other.percentile <= more.percentile
    assert one.outlier == other.outlier


# In the database -------------------------------------------------------------------------------------------


@pytest.fixture
def office(db):
    return make.office()


def practice(office, fines, on=date(2026, 1, 5)):
    """Decided cases of another bureau under the same article."""
    other = desk.agency("Z-1")
    for n, fine in enumerate(fines, 100):
        matter = procedure.open(by=None, kind="penalty", agency=other, subject="", on=on)
        case = Case.objects.create(proceeding=matter, entity=desk.firm(n))
        Precedent.objects.create(
            case=case, agency=other, document=f"演罚{n}", decided=on, article="食品安全法第一百二十四条", ground="食品安全法第三十四条",
            kind="enterprise", penalties=["03"], circumstances=["remove-harm"], tier="light", fine_fen=fine,
        )  # fmt: skip


def test_a_fine_far_from_like_cases_waits_for_its_reason_and_the_record_keeps_where_it_stood(office):
    practice(office, [500_000] * 10)
    case = make.filed(office, ON)
    with pytest.raises(procedure.FieldWrong, match="第 100 百分位，明显偏离（中位数 5,000 元）"):
        make.concluded(office, ON, case=case)
    make.concluded(office, ON, case=case, why_outlier="货值是类案的十倍")
    kept = queries.last_said(case.proceeding, "conclude")
    assert (kept["compared"], kept["percentile"], kept["outlier"]) == (10, 100, True)
    assert "演罚100" in kept["nearest"]
    assert "法律包" in kept["benchmark"]
    make.reviewed(office, case, ON)
    make.notified(office, case, ON)
    with pytest.raises(procedure.FieldWrong, match="须写明理由"):
        make.decided(office, case, date(2026, 3, 10))
    make.decided(office, case, date(2026, 3, 10), why_outlier="货值是类案的十倍")
    mine = Precedent.objects.get(case=case)
    assert (mine.fine_fen, mine.percentile, mine.explained) == (5_000_000, 100, "货值是类案的十倍")


def test_a_decision_that_was_revoked_is_no_example_any_more(office):
    case = make.noticed(office, ON)
    make.decided(office, case, date(2026, 3, 10))
    found = make.again(case.proceeding)
    procedure.undo(found, by=office.leader, on=date(2026, 3, 11), expected_version=found.version, reason="笔误")
    assert Precedent.objects.get(case=case).withdrawn == date(2026, 3, 11)
    told = {"fine": 5_000_000, "law_article": "食品安全法第一百二十四条"}
    other = make.filed(office, ON, desk.firm(2))
    assert likeness.standing(other.proceeding, told, date(2026, 3, 12)).nearest == ()
    make.decided(office, case, date(2026, 3, 12))
    assert Precedent.objects.get(case=case).withdrawn is None


@pytest.mark.django_db
def test_the_page_of_a_case_shows_its_like_cases(client, office):
    practice(office, [4_500_000, 5_000_000, 5_500_000] * 3)
    case = make.concluded(office, ON)
    with clock.frozen(ON):
        desk.signed_in(client, "case-officer")
        text = client.get(f"/desk/matters/{case.proceeding_id}/").content.decode()
    assert "最相近的 9 件类案中居第 50 百分位" in text
    assert "演罚100" in text
