"""Other systems follow what is public: real HTTP peers, one of them away for two days."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction

from hengjian.doors.exchange import answers, sending
from hengjian.doors.exchange.models import Answer, Push
from hengjian.doors.exchange.peers import connections, named
from hengjian.ground.kit import clock
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.people.models import Agency
from hengjian.street import ledger
from hengjian.street.publication import services as publication
from hengjian.street.publication.models import PublicNotice
from hengjian.street.register.models import Entity
from tests.factories_desk import signed_in

pytestmark = pytest.mark.django_db
CODE = "91120101MA05ABCD7A"
KEY = "a key of sixteen characters"
MONDAY = date(2026, 3, 2)


class Peer(ThreadingHTTPServer):
    """A system beyond ours: keeps what it is told by number, and gives receipts, unless it is away."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.held, self.bodies, self.away, self.forgetful = {}, [], False, False

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signed = "sha256=" + hmac.new(KEY.encode(), body, "sha256").hexdigest()
        if self.server.away or self.headers["X-Hengjian-Signature"] != signed:
            return self.send_error(503)
        self.server.bodies.append(body)
        for line in map(json.loads, body.splitlines()):
            self.server.held[line.get("entry_seq") or line["uscc"]] = line
        answer = {} if self.server.forgetful else {"receipt": f"R{len(self.server.bodies)}"}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def credit_tianjin(settings):
    with Peer() as peer:
        threading.Thread(target=peer.serve_forever, daemon=True).start()
        settings.PEERS = json.dumps({"credit-tianjin": {"url": peer.url, "key": KEY}})
        yield peer
        peer.shutdown()


@pytest.fixture
def firm():
    Agency.objects.create(code="120119", name="蓟州区市场监督管理局", kind="district-bureau", district="120119")
    return Entity.objects.create(
        uscc=CODE, name="天津津沽食品有限公司", name_folded="天津津沽食品有限公司", kind="enterprise", status="1",
        updated_at=moment(MONDAY),
    )  # fmt: skip


def moment(day, hour=9):
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def record(firm, kind, day, **more):
    issuer = Agency.objects.get(code="120119")
    return ledger.append(by=None, issuer=issuer, entity=firm, kind=kind, on=day, at=moment(day), **more)


def penalty(firm, day, document="津蓟市监罚〔2026〕7号"):
    entry = record(firm, "penalty", day, document=document, fine_fen=500_000,
                   body={"kind_of_penalty": ["03"], "facts": "销售超过保质期的食品"})  # fmt: skip
    publication.publish_due(on=day)
    return entry


def push(day, hour=10):
    return list(sending.push(named("credit-tianjin"), on=day, at=moment(day, hour)))


def test_a_peer_is_told_once_what_was_published_and_its_receipt_is_the_proof(firm, credit_tianjin):
    entry = penalty(firm, MONDAY)
    (made,) = push(MONDAY)
    assert (made.ok, made.says, made.lines) == (True, "R1", 1)
    assert credit_tianjin.held[entry.seq]["document"] == "津蓟市监罚〔2026〕7号"
    assert made.digest == hashlib.sha256(credit_tianjin.bodies[0]).hexdigest()
    assert sending.proof(entry.seq, named("credit-tianjin")) == made
    assert push(MONDAY) == []


def test_a_receipt_for_other_records_proves_nothing_of_a_kind_the_peer_is_never_told(firm, credit_tianjin):
    penalty(firm, MONDAY)
    visit = record(firm, "inspection", MONDAY, body={"result": "未发现问题"})
    publication.publish_due(on=MONDAY)
    assert PublicNotice.objects.filter(entry_seq=visit.seq).exists()
    penalty(firm, MONDAY, "津蓟市监罚〔2026〕8号")
    (made,) = push(MONDAY)
    assert visit.seq not in credit_tianjin.held and made.after < visit.seq < made.through
    assert sending.proof(visit.seq, named("credit-tianjin")) is None


def test_a_peer_away_for_two_days_is_near_its_limit_on_the_second_and_never_gets_the_repaired_record(firm, credit_tianjin):
    kept, repaired = penalty(firm, MONDAY), penalty(firm, MONDAY, "津蓟市监罚〔2026〕8号")
    credit_tianjin.away = True
    peer = named("credit-tianjin")
    assert not push(MONDAY)[0].ok
    assert sending.standing(peer, MONDAY).state == "waiting"
    record(firm, "repair", MONDAY + timedelta(days=1), refers=repaired)
    publication.publish_due(on=MONDAY + timedelta(days=1))
    wednesday = MONDAY + timedelta(days=2)
    assert not push(wednesday)[0].ok
    behind = sending.standing(peer, wednesday)
    assert (behind.state, behind.deadline.day, len(behind.failed)) == ("near", date(2026, 3, 5), 2)
    assert sending.standing(peer, date(2026, 3, 6)).state == "late"
    credit_tianjin.away = False
    (made,) = push(date(2026, 3, 5))
    assert made.ok
    assert credit_tianjin.held[kept.seq]["state"] == "shown"
    assert credit_tianjin.held[repaired.seq] == {"entry_seq": repaired.seq, "state": "gone", "since": "2026-03-03"}
    assert b"\xe3\x80\x942026\xe3\x80\x958" not in b"".join(credit_tianjin.bodies)
    assert sending.standing(peer, date(2026, 3, 5)).state == "even"


def test_failures_are_followed_by_growing_pauses_and_hold_up_no_other_peer(firm, credit_tianjin, settings):
    penalty(firm, MONDAY)
    publication.publish_entities(on=MONDAY)
    with Peer() as base:
        threading.Thread(target=base.serve_forever, daemon=True).start()
        told = json.loads(settings.PEERS)
        settings.PEERS = json.dumps(told | {"legal-persons": {"url": base.url, "key": KEY}})
        credit_tianjin.away = True
        at = moment(MONDAY)
        assert [made.ok for made in sending.push_due(on=MONDAY, at=at)] == [False, True]
        assert base.held[CODE]["name"] == "天津津沽食品有限公司"
        assert sending.push_due(on=MONDAY, at=at + timedelta(minutes=4)) == []
        assert len(sending.push_due(on=MONDAY, at=at + timedelta(minutes=5))) == 1
        assert sending.push_due(on=MONDAY, at=at + timedelta(minutes=14)) == []
        assert len(sending.push_due(on=MONDAY, at=at + timedelta(minutes=15))) == 1
        base.shutdown()


def test_an_answer_without_a_receipt_is_no_delivery(firm, credit_tianjin):
    penalty(firm, MONDAY)
    credit_tianjin.forgetful = True
    (made,) = push(MONDAY)
    assert not made.ok
    credit_tianjin.forgetful = False
    assert push(MONDAY)[0].ok
    assert len(credit_tianjin.held) == 1


def test_the_end_of_a_term_is_told_the_day_after_the_last_public_day(firm, credit_tianjin):
    entry = penalty(firm, MONDAY)
    push(MONDAY)
    last = PublicNotice.objects.get(entry_seq=entry.seq).until
    assert push(last) == []
    assert push(last + timedelta(days=1))[0].ok
    assert credit_tianjin.held[entry.seq]["state"] == "gone"
    assert push(last + timedelta(days=2)) == []


def test_the_feed_of_changes_is_resumed_where_it_was_cut(client, firm):
    seqs = [penalty(firm, MONDAY, f"津蓟市监罚〔2026〕{number}号").seq for number in range(1, 6)]
    with clock.frozen(MONDAY):
        read, after, more = [], 0, True
        while more:
            answer = client.get(f"/api/exchange/changes?after={after}&limit=2")
            assert answer.headers["Content-Type"].startswith("application/x-ndjson")
            *told, last = map(json.loads, answer.content.splitlines())
            read += [line["entry_seq"] for line in told]
            after, more = last["next"], last["more"]
    assert read == seqs


def test_the_feed_of_what_is_gone_names_numbers_and_days_and_nothing_else(client, firm):
    entry = penalty(firm, MONDAY)
    record(firm, "withdrawal", date(2026, 3, 4), refers=entry)
    publication.publish_due(on=date(2026, 3, 4))
    with clock.frozen(date(2026, 3, 5)):
        told = [json.loads(line) for line in client.get("/api/exchange/withdrawn?since=2026-03-03").content.splitlines()]
        assert told[0] == {"entry_seq": entry.seq, "state": "gone", "since": "2026-03-04"}
        later = client.get("/api/exchange/withdrawn?since=2026-03-05").content.splitlines()
        assert [json.loads(line).get("entry_seq") for line in later] == [None]
        changes = client.get("/api/exchange/changes").content.decode()
    assert CODE not in changes and "保质期" not in changes


def test_answers_of_a_peer_are_taken_once_and_only_with_its_signature(client, credit_tianjin):
    body = json.dumps([{"number": "A1", "entry_seq": 7, "outcome": "refused", "says": "主体不存在"}]).encode()
    path = "/api/exchange/peers/credit-tianjin/answers"
    signed = "sha256=" + hmac.new(KEY.encode(), body, "sha256").hexdigest()
    wrong = client.post(path, body, content_type="application/json", headers={"X-Hengjian-Signature": "sha256=0"})
    assert wrong.status_code == 403
    for new in (1, 0):
        answer = client.post(path, body, content_type="application/json", headers={"X-Hengjian-Signature": signed})
        assert answer.json() == {"received": 1, "new": new}
    assert [one.says for one in answers.refused()] == ["主体不存在"]
    answers.take(named("credit-tianjin"), [{"number": "A2", "entry_seq": 7, "outcome": "taken"}], at=moment(MONDAY))
    assert list(answers.refused()) == []


def test_pushes_and_answers_cannot_be_changed_also_not_by_raw_sql(credit_tianjin, firm):
    penalty(firm, MONDAY)
    push(MONDAY)
    Answer.objects.create(peer="national", number="1", entry_seq=1, outcome="taken", at=moment(MONDAY))
    for table in ("exchange_push", "exchange_answer"):
        for act in (f"UPDATE {table} SET says = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(act)
    assert Push.objects.get().ok


@pytest.mark.parametrize("text", ["{", "[]", '{"x": {"url": "https://a"}}', '{"x": {"url": "ftp://a", "key": "0123456789abcdef"}}', '{"x": {"url": "https://a", "key": "short"}}'])  # fmt: skip
def test_a_wrong_setting_says_what_to_write(text):
    if text == "[]":
        text = '[1]'
    with pytest.raises(ImproperlyConfigured, match="write HENGJIAN_PEERS"):
        connections(text)


def test_the_page_shows_how_far_each_peer_is_and_the_proof_for_a_record(client, firm, credit_tianjin):
    entry = penalty(firm, MONDAY)
    signed_in(client, "administrator", scope="city")
    with clock.frozen(MONDAY):
        assert "未接通" in client.get("/desk/exchange/").content.decode()
        told = client.post("/desk/exchange/credit-tianjin/push/", follow=True).content.decode()
        assert "R1" in told and "已同步" in told
        assert "R1" in client.get(f"/desk/exchange/?entry={entry.seq}").content.decode()
        assert client.post("/desk/exchange/national/push/").status_code == 404


def test_the_page_names_peers_in_the_language_of_the_reader(client, firm):
    signed_in(client, "administrator", scope="city")
    client.cookies["django_language"] = "en"
    assert "<b>Credit China (Tianjin)</b>" in client.get("/desk/exchange/").content.decode()
