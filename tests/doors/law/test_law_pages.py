"""An officer reads the law on its pages: what is in force when, why, how well it is known, and when something is due."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from django.utils import translation

from hengjian.doors.law import finding, words
from hengjian.ground.audit.models import Trail
from hengjian.ground.kit import clock
from hengjian.ground.people import services
from hengjian.ground.people.models import Agency, User
from hengjian.ground.policy import inquiry

pytestmark = pytest.mark.django_db
TODAY = datetime(2026, 11, 24, 9, tzinfo=clock.SHANGHAI)


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(TODAY):
        yield


def officer(client, post):
    services.establish_agencies()
    unit = Agency.objects.get(code="120119")
    made = services.appoint(number=f"LAW-{post}", name="法务", agency=unit, posts=[post], username=f"law-{post}", password="x")
    client.force_login(User.objects.get(username=f"law-{post}"))
    return made


@pytest.fixture
def reader(client):
    officer(client, "filing-clerk")
    return client


def text(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize(
    "post", ["filing-clerk", "register-officer", "inspector", "case-officer", "draw-officer", "leader", "legal-officer", "auditor", "administrator"]
)
def test_every_officer_may_read_the_law(client, post):
    officer(client, post)
    assert client.get("/desk/law/").status_code == 200


def test_a_stranger_is_sent_to_sign_in(client):
    assert client.get("/desk/law/deadline/").status_code == 302


def test_the_overview_counts_rules_by_duty_and_shows_what_lies_ahead(reader, law):
    page = text(reader, "/desk/law/")
    assert "投诉举报" in page
    assert "召回" in page and "2026-12-01" in page
    assert law.version in page


def test_a_search_by_an_old_rule_number_finds_the_rule_first(reader, law):
    assert law.resolve("CMP-010").id in text(reader, "/desk/law/search/?words=CMP-010")
    [first, *_] = finding.search(law, words="CMP-010")
    assert first.id == law.resolve("CMP-010").id


def test_a_search_for_two_words_puts_titles_with_one_of_them_first(law):
    found = finding.search(law, words="行政处罚 公示")
    named = ["行政处罚" in line.title or "公示" in line.title for line in found]
    assert named[0] and named == sorted(named, reverse=True)


def test_words_in_a_code_list_find_the_list(law):
    assert any(line.id == "restriction-domains" for line in finding.search(law, words="政府供地"))


def test_a_filter_for_open_values_shows_no_verified_one(law):
    found = finding.search(law, confidence="open")
    assert found and all(line.confidence in inquiry.OPEN for line in found)


def test_a_rule_shows_all_its_readings_and_marks_the_one_in_force(reader):
    before = text(reader, "/desk/law/terms/food.recall.start.level-2/?on=2026-11-30")
    after = text(reader, "/desk/law/terms/food.recall.start.level-2/?on=2026-12-01")
    in_force = re.compile(r'class="now">\s*<b>(.*?)</b>')
    assert in_force.search(before)[1] == "48 小时"
    assert in_force.search(after)[1] == "36 小时"
    assert "samr-122-2026" in before and "尚未施行" in before


def test_a_rule_page_runs_its_examples_now(reader, law):
    page = text(reader, "/desk/law/terms/publication.penalty/")
    assert "相符" in page and "不符" not in page
    assert "packs/cn/publicity/records.yaml" in page


def test_an_alias_leads_to_the_page_of_its_rule(reader, law):
    alias = law.term("publication.penalty").aliases[0]
    assert "publication.penalty" in text(reader, f"/desk/law/terms/{alias}/")
    assert reader.get("/desk/law/terms/no-such-rule/").status_code == 404
    assert reader.get("/desk/law/nothing/publication.penalty/").status_code == 404


@pytest.mark.parametrize("section", list(words.SECTIONS))
def test_every_entry_of_the_packs_has_a_page(reader, law, section):
    entries = sorted(law.sections[section])
    for name in entries if len(entries) < 40 else entries[:: max(1, len(entries) // 25)]:
        assert name in text(reader, f"/desk/law/{section}/{name}/")


def test_a_ruleset_is_told_in_words_and_in_sql(reader):
    page = text(reader, "/desk/law/rules/tianjin-2017/?dialect=postgres")
    assert "行政处罚的次数" in page and "相符" in page and "</svg>不符" not in page
    assert "500,000 元" in page
    assert "SELECT" in page and "PostgreSQL" in page


def test_a_rule_without_a_number_has_its_page_too(reader):
    page = text(reader, "/desk/law/provisions/CMP-011/")
    assert "七种不予受理情形" in page and "complaint-refusal-grounds" in page and "samr-121-2026" in page


def test_a_value_that_is_not_law_says_so(reader, law):
    project = next(gap for gap in inquiry.gaps(law) if gap["confidence"] == "project" and gap["section"] == "catalogues")
    assert "不是法律" in text(reader, f"/desk/law/catalogues/{project['id']}/")


def test_the_clock_counts_over_spring_festival_and_shows_every_day(reader):
    page = text(reader, "/desk/law/deadline/?rule=publication.penalty&decided=2026-02-10&law_on=2022-01-01")
    assert "春节" in page and "届满" in page and "samr-45-2021" in page


def test_the_clock_answers_as_the_command_does(reader, law):
    due = law.deadline("food.recall.start.level-2", {"risk_found": datetime(2026, 12, 1, 10)}).due
    page = text(reader, "/desk/law/deadline/?rule=food.recall.start.level-2&risk_found=2026-12-01T10:00")
    assert f"{due:%Y-%m-%d %H:%M}" in page


def test_a_limit_that_runs_into_a_year_not_announced_is_provisional(reader):
    page = text(reader, "/desk/law/deadline/?rule=publication.penalty&decided=2026-12-28")
    assert "暂定" in page


@pytest.mark.parametrize(
    ("query", "said"),
    [("rule=nonsense", "没有这个编号"), ("rule=publication.penalty&decided=soon", "不是日期"), ("rule=publication.penalty&decided=", "填写日期")],
)
def test_a_wrong_question_is_answered_with_what_is_missing(reader, query, said):
    assert said in text(reader, f"/desk/law/deadline/?{query}")


def test_two_days_of_law_are_compared(reader):
    page = text(reader, "/desk/law/changes/?before=2026-11-30&after=2026-12-01")
    assert "48 小时" in page and "36 小时" in page
    assert "依据改变" in page  # level 1 keeps its 24 hours under the new text
    assert "没有不同" in text(reader, "/desk/law/changes/?before=2026-12-03&after=2026-12-04")


def test_the_changelog_opens_where_today_stands(reader):
    assert "尚未施行" in text(reader, "/desk/law/changes/?page=1")
    assert "法律变化" in text(reader, "/desk/law/changes/")


def test_the_gaps_are_a_list_and_a_file(reader, law):
    assert "待核" in text(reader, "/desk/law/gaps/?confidence=unverified")
    file = reader.get("/desk/law/gaps/?as=csv")
    assert file["Content-Type"].startswith("text/csv")
    assert file.content.decode().count("\n") >= len(inquiry.gaps(law))


def test_the_legal_officer_records_a_check_and_everybody_sees_it(client, law):
    gap = inquiry.gaps(law)[0]
    made = officer(client, "legal-officer")
    assert client.post("/desk/law/gaps/verify/", {"id": gap["id"], "result": "same", "note": "公报第4期"}).status_code == 302
    line = Trail.objects.get(action="law.verify")
    assert (line.officer, line.subject, line.detail["law"]) == (made, f"law:{gap['id']}", law.version)
    assert "公报第4期" in text(client, "/desk/law/gaps/")


def test_a_reader_may_not_record_a_check(reader, law):
    assert reader.post("/desk/law/gaps/verify/", {"id": inquiry.gaps(law)[0]["id"], "result": "same"}).status_code == 403
    assert "登记核对" not in text(reader, "/desk/law/gaps/")


def test_a_value_names_its_unit():
    with translation.override("zh-hans"):
        assert words.value_of(7, "working_day") == "7 个工作日"
        assert words.value_of(5000000, "fen") == "50,000 元"
        assert words.value_of(30, "percent") == "30%"


def test_the_packs_hold_what_the_policy_papers_ask_for(law):
    plan = [one for key, one in law.sections["indicators"].items() if (one.basis or "").startswith("seed-002 §第二章三")]
    assert len(plan) == 25
    assert sum(one.binding for one in plan) == 7
    assert law.indicator("sampling-per-thousand").target(2024).value == 8
    assert len(law.catalogue("restriction-domains").items) == 13
    assert len(law.catalogue("commitment-types").items) == 6
    assert len(law.catalogue("districts").items) == 16
    assert sum(1 for row in law.catalogue("industries").rows if row.parent) == 97
    papers = {seed: sum(key.startswith(seed) for key in law.sections["tasks"]) for seed in ("seed-000", "seed-001", "seed-002", "seed-004")}
    assert papers == {"seed-000": 71, "seed-001": 107, "seed-002": 79, "seed-004": 37}
    assert law.task("seed-004.9.9").next_due(date(2026, 11, 24)) == date(2026, 12, 31)
    assert law.document("penalty-form.33").numbered(bureau="津蓟", year=2026, seq=12) == "津蓟市监责改〔2026〕12号"


def test_a_quarterly_report_is_due_at_the_end_of_its_quarter(law):
    assert law.task("seed-001.a.30").next_due(date(2024, 5, 6)) == date(2024, 6, 30)
    assert law.task("seed-001.a.30").next_due(date(2025, 5, 6)) == date(2024, 12, 31)


def test_the_empty_clock_offers_common_rules_and_each_leads_to_its_form(reader):
    page = text(reader, "/desk/law/deadline/")
    offered = re.findall(r'href="\?rule=([a-z0-9.-]+)"', page)
    assert len(offered) >= 12
    for rule in offered:
        assert "填写日期" in text(reader, f"/desk/law/deadline/?rule={rule}")


def test_a_reading_with_a_start_of_its_own_is_counted_from_it(reader, law):
    due = law.deadline("food.recall.finish.level-1", {"announced": date(2026, 3, 2)}).due
    page = text(reader, "/desk/law/deadline/?rule=food.recall.finish.level-1")
    assert 'name="announced"' in page and 'name="plan_submitted"' in page
    assert f"<b>{due}" in re.sub(r"<b>\s*(<[^b][^>]*>)?", "<b>", text(reader, "/desk/law/deadline/?rule=food.recall.finish.level-1&announced=2026-03-02"))


def test_examples_of_publicity_and_of_the_way_back_stand_on_their_pages_with_results(reader):
    shown = text(reader, "/desk/law/publicity/penalty/")
    assert "仅受警告的不公示" in shown
    assert "不公示：仅受警告处罚的不公示" in shown
    back = text(reader, "/desk/law/catalogues/repair-ways/")
    assert "一般处罚，新规施行前一日" in back
    assert "可以申请：原规定一般处罚申请修复的等待期" in back
    assert "不符<" not in shown + back
    assert "算例" not in text(reader, "/desk/law/catalogues/duties/")


def test_a_number_left_to_the_place_says_so_on_its_page(reader):
    assert "只能调高" in text(reader, "/desk/law/terms/inspection.3/")


def test_a_rule_used_in_many_places_shows_twenty_and_folds_the_rest(reader, law):
    uses = inquiry.used_at(law, "publicity/penalty")
    page = text(reader, "/desk/law/publicity/penalty/")
    assert len(uses) > 20
    assert f"全部 {len(uses)} 处" in page
    assert page.count('class="path"') >= len(uses)


def test_the_page_of_a_text_names_the_rulesets_with_a_single_rule_that_rests_on_it(reader, law):
    ruleset, rule = next((s, r) for s in law.sections["rules"].values() for r in s.rules if r.basis.split(" §")[0] not in s.basis)
    resting, _uses = text(reader, f"/desk/law/sources/{rule.basis.split(' §')[0]}/").split("使用处", 1)
    assert f"/desk/law/rules/{ruleset.id}/" in resting
