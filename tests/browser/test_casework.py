"""One case from lead to closing in Debian's Chromium: one page for each act, nothing typed twice; then the pages of supervision."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hengjian.ground.kit import clock
from hengjian.ground.people.models import Certificate, User
from hengjian.ground.procedure.models import Event, Proceeding
from hengjian.street.casework.models import Case
from tests import factories_casework as make
from tests import factories_desk as desk
from tests.browser.looking import clean, opened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FACTS = "销售超过保质期的预包装食品三件"


class Desk:
    """The pages of one officer."""

    def __init__(self, chromium, server, officer, width=1440):
        self.server = server.url
        self.page = opened(chromium, server.url, officer.user, width=width)

    def fill(self, **told) -> None:
        for name, value in told.items():
            box = self.page.locator(f'[name="{name}"]').first
            kind = box.get_attribute("type")
            if kind in ("radio", "checkbox"):
                for one in value if isinstance(value, list) else [value]:
                    self.page.locator(f'[name="{name}"][value="{one}"]').check()
            elif box.evaluate("one => one.tagName") == "SELECT":
                box.select_option(value)
            else:
                box.fill(value)

    def known(self, *names) -> dict[str, str]:
        """What the form already says."""
        return {name: self.page.locator(f'[name="{name}"]').first.input_value() for name in names}

    def act(self, matter, act, second="", **told) -> None:
        self.page.goto(f"{self.server}/desk/matters/{matter.pk}/acts/{act}/")
        clean(self.page, f"casework-{act}")
        self.fill(**told)
        if second:
            self.page.locator("#second").select_option(second)
        self.page.locator(".acts button.btn-primary").click()
        self.page.wait_for_url(f"**/desk/matters/{matter.pk}/")

    def approve(self, matter) -> None:
        self.page.goto(f"{self.server}/desk/matters/{matter.pk}/")
        clean(self.page, "casework-to-approve")
        self.page.locator('button[name="confirm"]').click()
        self.page.wait_for_url(f"**/desk/matters/{matter.pk}/")


def login(officer):
    officer.user = User.objects.create_user(officer.number.lower(), password="long-enough-word")
    officer.save(update_fields=["user"])
    return officer


def done(matter) -> list[str]:
    kept = ("attached", "joined", "proposed")
    return [event.act for event in Event.objects.filter(proceeding=matter).order_by("position") if event.act not in kept]


def test_a_case_is_worked_from_lead_to_closing_one_page_for_each_act(live_server, chromium, client):
    office = make.office()
    for one in (office.first, office.second, office.reviewer, office.leader):
        login(one)
    firm, today = desk.firm(), clock.today()
    case_officer, reviewer, leader = (Desk(chromium, live_server, one) for one in (office.first, office.reviewer, office.leader))
    case_officer.page.goto(f"{live_server.url}/desk/casework/leads/new/")
    clean(case_officer.page, "casework-lead-new")
    case_officer.fill(uscc=firm.uscc, source="inspection", facts=FACTS)
    case_officer.page.locator("main button.btn-primary").click()
    case_officer.page.wait_for_url("**/desk/matters/*/")
    lead = Proceeding.objects.get(kind="lead")
    clean(case_officer.page, "casework-lead")
    case_officer.act(lead, "screen", first_violation="yes", corrected="no", harm="yes", screened="不在免罚清单内")
    case_officer.act(lead, "verify", second="K-2", found="现场核实属实")
    case_officer.page.goto(f"{live_server.url}/desk/matters/{lead.pk}/acts/file/")
    assert case_officer.known("facts") == {"facts": FACTS}
    case_officer.act(lead, "file", conditions=make.CONDITIONS, officers=["K-1", "K-2"], article="食品安全法第三十四条")
    leader.approve(lead)
    case = Case.objects.get(lead=lead).proceeding
    case_officer.page.goto(f"{live_server.url}/desk/matters/{case.pk}/")
    clean(case_officer.page, "casework-case")
    case_officer.act(case, "screen")  # the answers of the lead stand in the form
    case_officer.act(case, "collect", second="K-2", evidence="physical", item="过期食品三件", proves="销售事实", custodian="演示K-1")
    case_officer.page.goto(f"{live_server.url}/desk/matters/{case.pk}/acts/conclude/")
    assert case_officer.known("facts", "article") == {"facts": FACTS, "article": "食品安全法第三十四条"}
    case_officer.act(
        case, "conclude", second="K-2", law_article="食品安全法第一百二十四条", crime="no", decision="penalty", penalties=["03"],
        fine_least="50000", fine_most="100000", circumstances=["remove-harm"], tier="light", why_tier="主动召回", fine="50000",
    )  # fmt: skip
    case_officer.page.goto(f"{live_server.url}/desk/matters/{case.pk}/")
    assert case_officer.page.get_by_text("50,000—65,000").is_visible()
    reviewer.act(case, "review", review="agree", points=make.POINTS)
    case_officer.act(case, "notify", second="K-2", mode="direct", served_on=today.isoformat(), hearing_told="no")
    case_officer.act(case, "waive", reason="当事人书面放弃陈述、申辩")
    case_officer.page.goto(f"{live_server.url}/desk/matters/{case.pk}/acts/decide/")
    assert case_officer.known("facts", "law_article", "fine") == {"facts": FACTS, "law_article": "食品安全法第一百二十四条", "fine": "50000"}
    case_officer.act(case, "decide")  # all of it stands in the form already
    leader.approve(case)
    case_officer.act(case, "serve", second="K-2", mode="direct", served_on=today.isoformat())
    case_officer.act(case, "pay", paid="50000", paid_on=today.isoformat(), receipt="演示缴款书")
    case_officer.act(case, "performed", reason="罚款缴清")
    case_officer.act(case, "close", close_reason="performed")
    leader.approve(case)
    leader.page.goto(f"{live_server.url}/desk/matters/{case.pk}/")
    clean(leader.page, "casework-closed")
    assert done(case) == ["open", "screen", "collect", "conclude", "review", "notify", "waive", "decide", "serve", "pay", "performed", "close"]
    for link in leader.page.locator('a[href*="/papers/"]').all():
        answer = leader.page.request.get(live_server.url + link.get_attribute("href"))
        assert answer.body().startswith(b"%PDF-")


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_cases_and_of_their_supervision_are_clean(live_server, chromium, client, width):
    office = make.office()
    today = clock.today()
    case = make.noticed(office, today - timedelta(days=20))
    make.do(case.proceeding, "waive", today - timedelta(days=19), office.first, reason="书面放弃")
    make.decided(office, case, today - timedelta(days=19))
    served = today - timedelta(days=18)
    make.do(case.proceeding, "serve", served, office.first, office.second, mode="direct", served_on=served.isoformat())
    lead = make.lead(office, today - timedelta(days=60), desk.firm(2))
    Certificate.objects.filter(officer=office.second).update(until=today - timedelta(days=25))
    simple = Desk(chromium, live_server, login(office.first), width)
    for name, address in {
        "list": "/desk/casework/", "leads": "/desk/casework/?show=leads", "batch": f"/desk/batch/?matter={lead.pk}",
        "batch-act": f"/desk/batch/?matter={lead.pk}&act=screen", "spot": "/desk/casework/new/penalty-simple/", "letter": "/desk/casework/new/assistance/",
        "owed": f"/desk/matters/{case.proceeding_id}/", "procedure": "/desk/procedures/penalty/",
    }.items():  # fmt: skip
        simple.page.goto(live_server.url + address)
        clean(simple.page, f"casework-{name}")
    officer = desk.signed_in(client, "supervision-officer", at=office.agency)
    watcher = Desk(chromium, live_server, officer, width)
    for name, address in {
        "oversight": "/desk/casework/oversight/", "wall": "/desk/casework/wall/", "like": "/desk/casework/consistency/", "reviews": "/desk/casework/reviews/",
        "diligence": "/desk/casework/new/due-diligence/",
    }.items():  # fmt: skip
        watcher.page.goto(live_server.url + address)
        clean(watcher.page, f"casework-{name}")
