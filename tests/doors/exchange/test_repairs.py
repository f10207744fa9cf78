"""Every repair reaches every site in three working days, with proof: real HTTP peers, one of them away for two days."""

from __future__ import annotations

import hmac
import json
import threading
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import DatabaseError, connection, transaction

from hengjian.doors.exchange import repairs, sending
from hengjian.doors.exchange.models import Look
from hengjian.doors.exchange.peers import named
from hengjian.ground.kit import clock
from hengjian.ground.procedure import queries as procedure
from hengjian.street.ledger import queries as ledger
from hengjian.street.repair.models import Application
from tests import factories_desk as desk
from tests import factories_repair as make
from tests.factories_desk import signed_in

pytestmark = pytest.mark.django_db
KEY = "a key of sixteen characters"
MARCH, JUNE = date(2026, 3, 2), date(2026, 6, 3)
WEDNESDAY = date(2026, 6, 10)


class Site(ThreadingHTTPServer):
    """A credit site: keeps what it is told, shows single records, and may be away or deaf to a repair."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.held, self.away, self.stubborn, self.receipts = {}, False, False, 0

    @property
    def at(self):
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def connection(self):
        return {"url": f"{self.at}/in", "key": KEY, "look": f"{self.at}/records/{{entry_seq}}"}


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.away:
            return self.send_error(503)
        for line in map(json.loads, body.splitlines()):
            if not (self.server.stubborn and line["state"] == "gone"):
                self.server.held[line["entry_seq"]] = line
        self.server.receipts += 1
        self._say(200, json.dumps({"receipt": f"R{self.server.receipts}"}).encode())

    def do_GET(self):
        line = self.server.held.get(int(self.path.rsplit("/", 1)[1]), {})
        return self._say(200, b"<h1>penalty</h1>") if line.get("state") == "shown" else self.send_error(404)

    def _say(self, status, body):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def sites(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with Site() as city, Site() as national:
        for one in (city, national):
            threading.Thread(target=one.serve_forever, daemon=True).start()
        settings.PEERS = json.dumps({"credit-tianjin": city.connection, "national": national.connection})
        yield {"credit-tianjin": city, "national": national}
        for one in (city, national):
            one.shutdown()


@pytest.fixture
def by():
    return make.office()


@pytest.fixture
def entry(by):
    return make.penalty(desk.firm(), by, MARCH)


def push(day):
    return [made for code in ("credit-tianjin", "national") for made in sending.push(named(code), on=day, at=make.at(day))]


def standing(day):
    return {line.peer.code: line for line in repairs.lines(day)}


def test_a_site_away_for_two_days_raises_the_alarm_on_the_second_and_proves_itself_on_the_third(sites, entry, by):
    push(MARCH)
    city = sites["credit-tianjin"]
    city.away = True
    make.granted(make.asked(entry, JUNE), WEDNESDAY, by)
    day = {number: WEDNESDAY + timedelta(days=offset) for number, offset in ((0, 0), (1, 1), (2, 2), (3, 5), (4, 6))}  # over a weekend
    push(day[0])
    told = standing(day[0])
    assert (told["national"].state, told["national"].taken.says) == ("told", "R2")
    assert (told["credit-tianjin"].state, told["credit-tianjin"].deadline.day) == ("waiting", day[3])
    push(day[1])
    assert standing(day[1])["credit-tianjin"].state == "waiting"
    push(day[2])
    late = standing(day[2])["credit-tianjin"]
    assert (late.state, late.tries) == ("alarm", 3)
    assert [line.peer.code for line in repairs.alarms(day[2])] == ["credit-tianjin"]
    assert standing(day[3])["credit-tianjin"].state == "last"
    assert standing(day[4])["credit-tianjin"].state == "late"
    city.away = False
    push(day[3])
    proved = standing(day[3])["credit-tianjin"]
    assert (proved.state, proved.in_time, proved.tries, proved.first_try) == ("told", True, 4, make.at(day[0]).astimezone(proved.first_try.tzinfo))
    looked = list(repairs.look_due(on=day[3], at=make.at(day[3])))
    assert [(one.peer, one.gone, one.status) for one in looked] == [("credit-tianjin", True, 404), ("national", True, 404)]
    assert {line.peer.code: line.state for line in repairs.lines(day[3])} == {"credit-tianjin": "gone", "national": "gone", "city-exchange": "off"}
    assert repairs.alarms(day[4]) == []
    assert list(repairs.look_due(on=day[4], at=make.at(day[4]))) == []


def test_a_site_that_confirms_and_goes_on_showing_is_found_out(sites, entry, by):
    push(MARCH)
    sites["national"].stubborn = True
    make.granted(make.asked(entry, JUNE), WEDNESDAY, by)
    push(WEDNESDAY)
    list(repairs.look_due(on=WEDNESDAY, at=make.at(WEDNESDAY) + timedelta(minutes=1)))
    assert standing(WEDNESDAY)["national"].state == "shown"
    assert [line.peer.code for line in repairs.alarms(WEDNESDAY)] == ["national"]
    assert list(repairs.look_due(on=WEDNESDAY, at=make.at(WEDNESDAY) + timedelta(minutes=30))) == []
    sites["national"].stubborn = False
    sites["national"].held.clear()
    list(repairs.look_due(on=WEDNESDAY, at=make.at(WEDNESDAY) + timedelta(hours=2)))
    assert standing(WEDNESDAY)["national"].state == "gone"


def test_nobody_answering_proves_nothing_and_a_look_is_never_changed(sites, entry, by):
    push(MARCH)
    make.granted(make.asked(entry, JUNE), WEDNESDAY, by)
    push(WEDNESDAY)
    peer = named("credit-tianjin")
    unreachable = type(peer)(**{**{name: getattr(peer, name) for name in peer.__slots__}, "look": "http://127.0.0.1:9/{entry_seq}"})
    assert repairs.look(unreachable, entry.seq, at=make.at(WEDNESDAY)).gone is None
    assert standing(WEDNESDAY)["credit-tianjin"].state == "told"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE exchange_look SET gone = 1" if connection.vendor == "sqlite" else "UPDATE exchange_look SET gone = true")
    assert Look.objects.get().gone is None


def test_a_site_that_is_not_connected_is_no_proof_and_one_never_told_is_not_asked(settings, entry, by):
    settings.PEERS = "{}"
    make.granted(make.asked(entry, JUNE), WEDNESDAY, by)
    assert {line.state for line in repairs.lines(WEDNESDAY)} == {"off"}
    warned = make.penalty(entry.entity, by, MARCH, "警告", body={"kind_of_penalty": ["01"]}, fine_fen=None)
    make.ledger.repair(by=by.first, entry=warned, on=WEDNESDAY, because="信用修复", at=make.at(WEDNESDAY))
    assert {line.repair.refers_id for line in repairs.lines(WEDNESDAY)} == {entry.seq}


def test_a_site_that_is_not_connected_is_looked_at_by_hand_and_the_officer_stands_for_it(client, settings, entry, by):
    settings.PEERS = "{}"
    make.granted(make.asked(entry, JUNE), WEDNESDAY, by)
    officer = signed_in(client, "repair-officer", scope="city")
    with clock.frozen(make.at(WEDNESDAY) + timedelta(hours=1)):
        address = f"/desk/exchange/repairs/national/{entry.seq}/seen/"
        assert client.post(address, {"gone": "yes", "words": ""}).status_code == 422
        client.post(address, {"gone": "no", "words": "首页搜索仍能查到"})
        assert standing(WEDNESDAY)["national"].state == "shown"
        client.post(address, {"gone": "yes", "words": "搜索文号无结果"})
        assert client.post(f"/desk/exchange/repairs/national/{entry.seq + 99}/seen/", {"gone": "yes", "words": "x"}).status_code == 404
    line = standing(WEDNESDAY)["national"]
    assert (line.state, officer.number in line.evidence, "无结果" in line.evidence) == ("gone", True, True)


def signed(text):
    return {"X-Hengjian-Signature": "sha256=" + hmac.new(KEY.encode(), text, "sha256").hexdigest()}


def sent(client, path, items):
    body = json.dumps(items).encode()
    return client.post(f"/api/exchange/peers/credit-tianjin/{path}", body, content_type="application/json", headers=signed(body))


def test_an_application_received_by_the_website_is_decided_here_answered_there_and_over_when_the_site_follows(client, sites, entry, by):
    item = {"number": "XY-1", "uscc": entry.uscc, "document": entry.document, "asked_on": "2026-06-02", "said": "已改正", "signed_by": "天津演示1有限公司"}
    with clock.frozen(make.at(JUNE)):
        for _twice in range(2):
            [told] = sent(client, "repairs", [item]).json()
            assert told["outcome"] == "taken"
        [unknown] = sent(client, "repairs", [{**item, "number": "XY-2", "document": "没有"}]).json()
        assert unknown["outcome"] == "sent-back"
        assert unknown["because"]
    matter = Application.objects.get(elsewhere="XY-1").proceeding
    assert (matter.kind, told["matter"]) == ("credit-repair-website", matter.number)
    faces = {face.name: face.due for face in procedure.clocks_of(make.again(matter), JUNE)}
    assert faces == {"accept": date(2026, 6, 8), "whole": date(2026, 6, 16)}
    make.accepted(matter, date(2026, 6, 5), by)
    make.verified(matter, date(2026, 6, 9), by)
    make.approved(matter, "grant", WEDNESDAY, by)
    make.followed(WEDNESDAY)
    assert procedure.state_of(make.again(matter)) == "decided"
    path = "/api/exchange/peers/credit-tianjin/repairs?since=2026-06-01"
    assert client.get(path).status_code == 403
    [outcome] = client.get(path, headers=signed(path.encode())).json()
    assert {name: outcome[name] for name in ("number", "outcome", "on", "entry_seq")} == {
        "number": "XY-1", "outcome": "granted", "on": "2026-06-10", "entry_seq": entry.seq
    }  # fmt: skip
    with clock.frozen(make.at(date(2026, 6, 11))):
        assert sent(client, "answers", [{"number": "A-7", "entry_seq": entry.seq, "outcome": "removed"}]).status_code == 200
    assert procedure.state_of(make.again(matter)) == "synced"
    assert make.again(matter).events.get(act="sync").body == {"receipt": "A-7"}
    assert standing(date(2026, 6, 11))["credit-tianjin"].state == "gone"
    assert procedure.first_altered(make.again(matter)) is None


def test_the_firm_takes_it_back_on_the_website_and_a_refusal_is_told_with_its_reasons(client, sites, entry, by):
    item = {"number": "XY-1", "uscc": entry.uscc, "document": entry.document, "asked_on": "2026-06-03", "said": "", "signed_by": "x"}
    with clock.frozen(make.at(JUNE)):
        sent(client, "repairs", [item])
        [told] = sent(client, "repairs", [{"number": "XY-1", "act": "retract", "asked_on": "2026-06-03"}]).json()
        assert told["outcome"] == "retracted"
        sent(client, "repairs", [{**item, "number": "XY-3"}])
    matter = Application.objects.get(elsewhere="XY-3").proceeding
    make.accepted(matter, JUNE, by)
    make.verified(matter, JUNE, by, met=["not-repeated"])
    make.approved(matter, "refuse", JUNE, by, refusal="not-performed", reasons="罚款未缴清")
    path = "/api/exchange/peers/credit-tianjin/repairs?since=2026-06-01"
    told = {one["number"]: (one["outcome"], one["because"]) for one in client.get(path, headers=signed(path.encode())).json()}
    assert told == {"XY-1": ("retracted", ""), "XY-3": ("refused", "罚款未缴清")}
    assert ledger.closing_of(entry) is None


def test_the_feed_of_what_is_gone_names_the_repaired_record_from_the_day_of_the_decision(client, entry, by):
    make.granted(make.asked(entry, JUNE, files=make.FILES), WEDNESDAY, by)
    with clock.frozen(make.at(WEDNESDAY)):
        told = [json.loads(line) for line in client.get("/api/exchange/withdrawn?since=2026-06-10").content.splitlines()]
    assert told[0] == {"entry_seq": entry.seq, "state": "gone", "since": "2026-06-10"}


def test_the_page_shows_every_site_for_every_repair_and_the_desk_the_alarm(client, sites, entry, by):
    push(MARCH)
    sites["credit-tianjin"].away = True
    make.granted(make.asked(entry, JUNE), WEDNESDAY, by)
    push(WEDNESDAY)
    signed_in(client, "repair-officer", scope="city")
    with clock.frozen(make.at(date(2026, 6, 12))):
        page = client.get("/desk/exchange/repairs/").content.decode()
        assert "R2" in page
        assert "次日到期" in page
        assert entry.document in client.get("/desk/").content.decode()
        matter = Application.objects.get().proceeding_id
        assert "R2" in client.get(f"/desk/matters/{matter}/").content.decode()
