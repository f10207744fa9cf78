"""A name slipped into the facts of a penalty: two officers mask it, it is gone everywhere, and every proof still holds."""

from __future__ import annotations

import json
import sqlite3
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction

from hengjian.doors.exchange import lines
from hengjian.ground.audit.models import Trail
from hengjian.ground.kit import append_only, clock
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.kit.refusals import Invalid, Refusal
from hengjian.ground.people.models import Agency, Holding, Officer
from hengjian.ground.procedure import queries as kernel
from hengjian.ground.procedure import services as acts
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.intake import queries as intake
from hengjian.street.intake import services as intake_acts
from hengjian.street.ledger import answering, disposing, guards, masking, queries, redacting, services, verifier
from hengjian.street.ledger.models import Entry
from hengjian.street.publication import queries as public
from hengjian.street.publication import services as publication
from hengjian.street.publication.models import PublicNotice
from hengjian.street.register import services as register
from tests.factories_intake import PENALTY, code, csv_bytes, deliver, penalty

pytestmark = pytest.mark.django_db
TODAY, NOW = date(2026, 3, 2), datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)
NAME = "欧阳测试"
FACTS = f"店员{NAME}销售超过保质期的食品，{NAME}已说明来源"
LEFT = f"店员{masking.MASK}销售超过保质期的食品，{masking.MASK}已说明来源"


def officer(bureau: Agency, number: str, post: str = "leader") -> Officer:
    user = get_user_model().objects.create_user(number, password="x")
    found = Officer.objects.create(number=number, name=f"测试员{number}", agency=bureau, user=user, scope="unit")
    Holding.objects.create(officer=found, post=post, since=date(2020, 1, 1))
    return found


class City:
    """One bureau with two leaders, and a penalty of its own file with a name in it, sealed and shown to the public."""

    def __init__(self) -> None:
        self.bureau = Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")
        self.one, self.two = officer(self.bureau, "A1"), officer(self.bureau, "A2")
        for number in range(2):
            register.enter(uscc=code(number), name=f"天津示例{number:06d}有限公司", district="120101", at=NOW)
        rows = [penalty(0, 处罚事由=FACTS), penalty(1), penalty(0, 处罚事由=FACTS, 决定文书号="津和市监罚〔2026〕9号", 决定日期="2099-01-01")]
        self.delivery = deliver(self.bureau, "penalty", csv_bytes(PENALTY, rows))
        services.absorb(self.delivery, at=NOW)
        self.entry, self.other = Entry.objects.order_by("seq")
        publication.publish_due(on=TODAY)
        publication.publish_entities(on=TODAY)
        services.seal_day(on=TODAY - timedelta(days=1), at=NOW)
        services.seal_day(on=TODAY, at=NOW)

    def ask(self, entry: Entry | None = None, *, whole: tuple[str, ...] = (), words: dict | None = None, because: str = "混入自然人姓名") -> Proceeding:
        asked = entry or self.entry
        marks = redacting.marks_of(asked, whole, words if words is not None else {} if whole else {"facts": [NAME]})
        return redacting.ask(by=self.one, entry=asked, marks=marks, ground="personal", because=because, on=TODAY, at=NOW)

    def approve(self, matter: Proceeding) -> None:
        acts.act(matter, "approve", by=self.two, on=TODAY, expected_version=matter.version, at=NOW)


@pytest.fixture
def city(settings, tmp_path) -> City:
    settings.MEDIA_ROOT = tmp_path
    return City()


def everywhere() -> str:
    """Everything the database holds, as text."""
    told = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            told += [str([bytes(one) if isinstance(one, memoryview) else one for one in row]) for row in cursor.fetchall()]
    blocks_ = [row.data for pk in intake.finished() for row in intake.accepted_after(pk, 0, 100)]
    return "\n".join([*told, json.dumps(blocks_, ensure_ascii=False)]).encode().decode("unicode_escape", "ignore") + "\n".join(told) + str(blocks_)


def test_one_asks_another_decides_and_the_name_is_nowhere_in_the_database(city):
    assert NAME in everywhere()
    matter = city.ask()
    with pytest.raises(Refusal, match="经办人不能审核自己"):
        acts.act(matter, "approve", by=city.one, on=TODAY, expected_version=matter.version, at=NOW)
    matter.refresh_from_db()
    assert Entry.objects.get(seq=city.entry.seq).body["facts"] == FACTS
    city.approve(matter)
    assert Entry.objects.get(seq=city.entry.seq).body["facts"] == LEFT
    assert NAME not in everywhere()
    assert public.notice(city.entry.seq, TODAY).body["facts"] == LEFT
    assert [row.data["facts"] for row in intake.accepted_after(city.delivery, 0, 9)] == [LEFT, "销售超过保质期的食品"]
    assert kernel.first_altered(matter) is None
    [asked, decided] = Trail.objects.filter(action__startswith="ledger.redact").order_by("pk")
    assert (asked.officer, decided.officer) == (city.one, city.two)


def test_seals_roots_and_every_proof_hold_afterwards(city):
    before = json.loads(json.dumps(services.proof_of(city.entry.seq)))
    neighbour = json.loads(json.dumps(services.proof_of(city.other.seq)))
    city.approve(city.ask())
    services.seal_day(on=TODAY + timedelta(days=1), at=NOW)
    assert services.verify().whole
    for proof in (before, neighbour, services.proof_of(city.entry.seq), services.proof_of(city.other.seq)):
        assert all(holds for _name, holds, _digest in verifier.check(json.loads(json.dumps(proof))))
    proof = services.proof_of(city.entry.seq)
    assert [name for name, _holds, _digest in verifier.check(proof)] == ["entry", "batch", "day", "remains", "record's entry", "record's batch", "record's day"]
    assert NAME not in json.dumps(proof, ensure_ascii=False)
    assert proof["day"]["root"] == before["day"]["root"]
    proof["redacted"]["remains"]["fine_fen"] = 1
    assert [name for name, holds, _digest in verifier.check(proof) if not holds] == ["remains"]


def test_who_has_the_digest_cannot_try_out_names(city):
    """Everything but four characters is known, and the digest is told: without the salt the right guess looks like a wrong one."""
    salt = bytes(Entry.objects.get(seq=city.entry.seq).salt)
    city.approve(city.ask())
    proof, found = services.proof_of(city.entry.seq), Entry.objects.get(seq=city.entry.seq)
    assert (len(salt), found.salt) == (12, None)
    guess = proof["redacted"]["remains"] | {"body": {**found.body, "facts": FACTS}}
    plain = json.dumps(guess, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert verifier.sm3(plain).hex() != proof["entry"]["content"]
    assert verifier.sm3(plain + salt).hex() == proof["entry"]["content"]


def test_a_view_of_an_earlier_day_shows_the_mask_and_since_when(client, city):
    city.approve(city.ask())
    [then] = queries.entries_of(code(0), on=date(2026, 2, 10), known=TODAY)
    assert then.body["facts"] == LEFT
    client.force_login(city.one.user)
    page = client.get(f"/desk/ledger/entries/{city.entry.seq}/").content.decode()
    assert "2026-03-02 起遮蔽“违法事实”中的内容：自然人的个人信息" in page
    assert NAME not in page
    assert "与封存时不一致" not in page


def test_only_what_no_rule_needs_can_be_masked(city):
    for field in ("kind_of_penalty", "decided", "document", "issuer"):
        with pytest.raises((Refusal, Invalid), match=r"不能遮蔽|没有"):
            redacting.marks_of(city.entry, [field], {})
    for field in ("nothing", "uscc", "fine_fen"):
        with pytest.raises(Invalid, match="没有"):
            redacting.marks_of(city.entry, [field], {})
    with pytest.raises(Invalid, match="没有这些文字"):
        redacting.marks_of(city.entry, [], {"facts": ["不在其中"]})
    with pytest.raises(Invalid, match="不要重复"):
        city.ask(because=f"{NAME}来电要求")
    city.ask()
    with pytest.raises(Refusal, match="待决定"):
        city.ask()


def test_the_database_lets_exactly_what_remains_take_the_place_of_what_was_said(city):
    matter = city.ask()
    left = json.dumps({**city.entry.body, "facts": LEFT}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    _refused(city.entry.seq, body=left)  # no record accounts for it
    city.approve(matter)
    was = json.dumps(city.entry.body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    _refused(city.entry.seq, body=was)  # what was masked does not come back
    _refused(city.entry.seq, body=left.replace("说明", "注明"))
    _refused(city.entry.seq, body=left, fine_fen=1)
    _refused(city.other.seq, body=left)
    _refused(city.entry.seq, body="{}", document="")


def _refused(seq: int, **columns: Any) -> None:
    sets = ", ".join(f"{name} = %s" for name in (*columns, "salt"))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE ledger_entry SET {sets} WHERE seq = %s", [*columns.values(), None, seq])


def _unguarded(statement: str, values: list[Any]) -> None:
    """What somebody does who owns the database: the trigger is taken away and put back."""
    append_only.lift(connection, guards.TABLES)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    append_only.lay(connection, guards.TABLES)


def test_whoever_masks_without_a_record_or_changes_a_masked_one_is_named(city):
    left = json.dumps({**city.other.body, "facts": masking.MASK}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    city.approve(city.ask())
    assert services.verify().whole
    record = queries.redaction_of(city.entry.seq)
    body = json.dumps({**record.body, "because": "改过"}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    altered = [
        ("UPDATE ledger_entry SET body = replace(CAST(body AS text), '说明', '注明') WHERE seq = %s", [city.entry.seq], city.entry.seq),
        ("UPDATE ledger_entry SET body = %s, salt = NULL WHERE seq = %s", [left, city.other.seq], city.other.seq),
        ("UPDATE ledger_entry SET body = %s WHERE seq = %s", [body, record.seq], record.seq),
        ("UPDATE ledger_entry SET refers_id = %s WHERE seq = %s", [city.other.seq, record.seq], record.seq),
    ]
    for statement, values, named in altered:
        if connection.vendor == "postgresql":
            statement = statement.replace("body = %s", "body = %s::json").replace("'注明')", "'注明')::json")
        with transaction.atomic():
            _unguarded(statement, values)
            verdict = services.verify()
            assert (verdict.whole, verdict.first.seq) == (False, named), statement
            transaction.set_rollback(True)
    assert services.verify().whole


def test_more_words_can_be_masked_later_and_the_record_disposed_of_at_last(city):
    city.approve(city.ask())
    content = queries.redaction_of(city.entry.seq).body["content"]
    entry = Entry.objects.get(seq=city.entry.seq)
    city.approve(city.ask(entry, words={"facts": ["超过保质期"]}))
    assert "超过保质期" not in Entry.objects.get(seq=entry.seq).body["facts"]
    city.approve(city.ask(Entry.objects.get(seq=entry.seq), whole=("facts",)))
    assert Entry.objects.get(seq=entry.seq).body["facts"] == masking.MASK
    assert queries.redaction_of(entry.seq).body["content"] == content
    assert services.verify().whole
    later = datetime(2036, 3, 2, 10, tzinfo=SHANGHAI)
    matter = disposing.propose(by=city.one, kind="penalty", on=later.date(), at=later)
    acts.act(matter, "approve", by=city.two, on=later.date(), expected_version=matter.version, at=later)
    assert Entry.objects.get(seq=entry.seq).body == {}
    assert PublicNotice.objects.get(entry_seq=entry.seq).body == {}
    assert [row.data for row in intake.accepted_after(city.delivery, 0, 9)] == [{"uscc": code(0)}, {"uscc": code(1)}]
    assert PublicNotice.objects.get(entry_seq=entry.seq).body == {}
    assert [row.data for row in intake.accepted_after(city.delivery, 0, 9)] == [{"uscc": code(0)}, {"uscc": code(1)}]
    assert services.verify().whole
    assert all(holds for _name, holds, _digest in verifier.check(services.proof_of(entry.seq)))


def test_a_corrected_record_took_the_name_over_and_a_reply_beside_it_is_named(city):
    true = answering.correct(by=city.one, entry=city.entry, on=TODAY, because="金额有误", changed={"fine_fen": 4_000_00}, at=NOW)
    reply = answering.reply_to(uscc=city.entry.uscc, entry=true, text=f"{NAME}已离职", actor="firm", on=TODAY, at=NOW)
    acts.act(reply, "release", by=city.one, on=TODAY, expected_version=reply.version, at=NOW)
    publication.publish_due(on=TODAY)
    matter = city.ask(true)
    assert set(redacting.asked(matter)["marks"]) == {str(city.entry.seq), str(true.seq)}
    shown = Entry.objects.get(kind="reply")
    found = redacting.elsewhere(true, redacting.asked(matter)["marks"])
    assert (found.entries, found.matters) == ([shown.seq], [reply.number])
    city.approve(matter)
    assert {Entry.objects.get(seq=seq).body["facts"] for seq in (city.entry.seq, true.seq)} == {LEFT}
    city.approve(city.ask(shown, words={"text": [NAME]}))
    assert [one["text"] for one in public.notice(true.seq, TODAY).replies] == [f"{masking.MASK}已离职"]
    assert services.verify().whole


def test_copies_are_told_to_write_the_record_anew(client, city):
    after = max(one["entry_seq"] for one in lines.changed(0, 100, TODAY)[0])
    city.approve(city.ask())
    publication.publish_due(on=TODAY)
    [line], through, _more = lines.changed(after, 100, TODAY)
    assert (line["entry_seq"], line["body"]["facts"], through) == (city.entry.seq, LEFT, queries.last_seq())
    assert [(one["on"], one["fields"], one["ground"]) for one in line["redacted"]] == [("2026-03-02", ["facts"], "personal")]
    assert NAME not in lines.as_text(lines.changed(0, 100, TODAY)[0])
    [told] = [one for one in client.get(f"/api/publication/entities/{code(0)}").json()["notices"] if one["entry_seq"] == city.entry.seq]
    assert (told["body"]["facts"], len(told["redacted"])) == (LEFT, 1)


def test_the_file_as_it_was_sent_is_put_away_and_stays_away(client, city, django_capture_on_commit_callbacks):
    stored = intake_acts.path_of(city.delivery)
    assert NAME in stored.read_text(encoding="utf-8")
    rejected = intake.rejected(city.delivery).get()
    assert FACTS in rejected.raw
    with django_capture_on_commit_callbacks(execute=True):
        city.approve(city.ask())
    assert not stored.exists()
    assert [path.name for path in (Path(live.MEDIA_ROOT) / "put-away").iterdir()] == [city.delivery.sha256]
    rejected.refresh_from_db()
    assert (FACTS in rejected.raw, LEFT in rejected.raw) == (False, True)
    city.delivery.refresh_from_db()
    with pytest.raises(Refusal, match="封存"):
        intake_acts.path_of(city.delivery)
    away = next((Path(live.MEDIA_ROOT) / "put-away").iterdir()).read_bytes()
    again = deliver(city.bureau, "penalty", away)
    assert (again.pk, stored.exists()) == (city.delivery.pk, False)


def test_pages_of_asking_deciding_and_telling(client, city):
    with clock.frozen(TODAY):
        client.force_login(city.one.user)
        page = client.get(f"/desk/ledger/entries/{city.entry.seq}/redact/").content.decode()
        assert "违法事实" in page
        assert "name=\"words-0\"" in page
        assert client.post(f"/desk/ledger/entries/{city.entry.seq}/redact/", {"ground": "personal", "because": "混入姓名"}).status_code == 422
        told = {"ground": "personal", "because": "混入姓名", "words-0": NAME, "words-1": ""}
        assert client.post(f"/desk/ledger/entries/{city.entry.seq}/redact/", told).status_code == 302
        [matter] = queries.redactions(city.one)
        page = client.get(f"/desk/ledger/redactions/{matter.pk}/").content.decode()
        assert "须由另一人决定" in page
        client.force_login(city.two.user)
        page = client.get(f"/desk/ledger/redactions/{matter.pk}/").content.decode()
        assert f"</span>{NAME}</mark>" in page
        client.post(f"/desk/ledger/redactions/{matter.pk}/approve/", {"version": matter.version})
        after = [client.get(path).content.decode() for path in ("/desk/ledger/redactions/", f"/desk/ledger/redactions/{matter.pk}/", "/desk/audit/")]
        client.logout()
        tombs = client.get("/ledger/maskings/").content.decode()
        shown = client.get(f"/entity/{code(0)}/").content.decode()
        english = client.get("/ledger/maskings/", headers={"Accept-Language": "en"}).content.decode()
    assert not any(NAME in page for page in (*after, tombs, shown, english))
    assert "自然人的个人信息" in tombs
    assert not any(word in tombs for word in (code(0), "示例000000", "A1", "A2"))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the file is SQLite's")
def test_whoever_opens_the_file_without_the_platform_cannot_even_mask(city):
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'ledger_entry_update'")
        trigger = cursor.fetchone()[0]
    bare = sqlite3.connect(":memory:")
    assert "SHA256(NEW.body)" in trigger
    with pytest.raises(sqlite3.OperationalError, match="no such function"):
        bare.execute("SELECT SHA256('x')")
