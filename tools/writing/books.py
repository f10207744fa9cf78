"""What must hold: at every moment whoever was killed, and at the end. Each answer is empty where nothing is wrong."""

from __future__ import annotations

from typing import Any


def at_any_moment() -> list[str]:
    """What no kill may break, whatever is unfinished."""
    from django.db.models import Count, Max

    from hengjian.ground.audit import services as trail
    from hengjian.street.assessment import frames
    from hengjian.street.intake import queries as intake
    from hengjian.street.intake.models import Delivery
    from hengjian.street.ledger import frames as ledger_frames
    from hengjian.street.ledger import services as ledger
    from hengjian.street.ledger.models import Entry
    from hengjian.street.publication.models import Projection, PublicNotice

    wrong = []
    for one in Delivery.objects.order_by("-pk")[:6]:
        places = list(intake.places(one).values())
        told = {"accepted": one.accepted, "duplicate": one.duplicate, "quarantined": one.quarantined}
        if one.received != len(places) or any(places.count(name) != n for name, n in told.items()):
            wrong.append(f"delivery {one.pk}: counted {one.received} {told}, held {len(places)}")
    doubled = Entry.objects.filter(kind="penalty", act="record").values("document").annotate(n=Count("pk")).filter(n__gt=1)
    if found := doubled.order_by("document").count():
        wrong.append(f"{found} documents doubled")
    if fault := ledger.verify().first:
        wrong.append(f"seals: {fault.says}")
    if not (audit := trail.verify()).whole:
        wrong.append(f"audit: {audit.fault} {audit.unguarded}")
    now = frames.mirror().check()
    with frames.mirror().connect() as db:
        held = db.execute("SELECT count(*), count(closed_on) + (SELECT count(*) FROM closings) FROM facts").fetchall()[0]
    if held != ledger_frames.count(upto=now.last_seq) or (now.last_seq and ledger_frames.head_at(now.last_seq) != now.chain_head):
        wrong.append(f"mirror up to {now.last_seq}: {held} against {ledger_frames.count(upto=now.last_seq)}")
    read = Projection.objects.filter(pk=1).first()
    last = PublicNotice.objects.aggregate(last=Max("entry_seq"))["last"] or 0
    if last > (read.ledger_seq if read else 0):
        wrong.append(f"publication shows {last}, read up to {read and read.ledger_seq}")
    return wrong


def at_the_end(want: dict[str, int], agencies: tuple[str, ...] = ()) -> dict[str, Any]:
    """What is held beside what must be, and everything that disagrees."""
    from django.db.models import Sum

    from hengjian.street.assessment import frames
    from hengjian.street.assessment import services as assessment
    from hengjian.street.intake.models import Delivery
    from hengjian.street.ledger import verifying
    from hengjian.street.ledger.models import DailyRoot, Entry
    from hengjian.street.publication import entities
    from hengjian.street.publication.models import PublicNotice
    from hengjian.street.publication.services import RULESET
    from hengjian.street.register.models import Entity

    verifying.WORTH = 1  # side by side, as a large ledger is verified
    verdict = verifying.verify(workers=2)
    files = Delivery.objects.filter(kind="penalty").order_by()
    sums = files.aggregate(received=Sum("received"), accepted=Sum("accepted"), duplicate=Sum("duplicate"), rejected=Sum("quarantined"))
    records = Entry.objects.filter(kind="penalty", act="record").order_by()
    held = {
        **sums, "records": records.count(), "withdrawals": Entry.objects.filter(kind="withdrawal").count(),
        "corrections": Entry.objects.filter(kind="correction").count(), "firms": Entity.objects.count(),
    }  # fmt: skip
    wrong = [f"{name}: {held[name]} instead of {n}" for name, n in want.items() if held[name] != n]
    if records.values("document").distinct().count() != held["records"]:
        wrong.append("a document is doubled")
    if left := Delivery.objects.exclude(state="done").count():
        wrong.append(f"{left} files unfinished")
    if not verdict.whole:
        wrong.append(f"seals: {verdict.first and verdict.first.says} {verdict.unguarded}")
    if not frames.reconcile()["agrees"]:
        wrong.append(f"mirror: {frames.reconcile()}")
    wrong += _stale(frames)
    on = DailyRoot.objects.latest("day").day
    if again := sum(run.written for run in assessment.recompute_all(on=on)):
        wrong.append(f"{again} classes were not what a whole run says")
    if differ := len(entities.differing(RULESET)):
        wrong.append(f"{differ} entities shown otherwise than they are")
    shown = PublicNotice.objects.filter(kind="penalty")
    if (gone := shown.exclude(withdrawn_kind="").count()) != held["withdrawals"] + held["corrections"]:
        wrong.append(f"{gone} notices hidden, {held['withdrawals']} records withdrawn, {held['corrections']} corrected")
    if shown.count() != held["records"] + held["corrections"]:
        wrong.append(f"{shown.count()} notices")
    return {**held, "entries": verdict.entries, "days": verdict.roots, "wrong": wrong}


def _stale(frames: Any) -> list[str]:
    """Entities the mirror tells otherwise than the register."""
    from hengjian.street.register.models import Entity

    with frames.mirror().connect() as db:
        told = {entity: tuple(rest) for entity, *rest in db.execute("SELECT entity, uscc, name, status FROM entities").fetchall()}
    held = {pk: tuple(rest) for pk, *rest in Entity.objects.order_by("pk").values_list("pk", "uscc", "name", "status")}
    differ = sum(told.get(pk) != rest for pk, rest in held.items())
    return [f"{differ} entities stale in the mirror"] if differ or len(told) != len(held) else []
