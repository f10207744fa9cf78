"""Whatever is tried in whatever order: no repair without two persons and every condition, no record hidden without one."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from hengjian.ground import policy
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.procedure import proposals, services
from hengjian.ground.procedure import queries as procedure
from hengjian.street.ledger import queries as ledger
from hengjian.street.publication import queries as publication
from hengjian.street.publication import services as publishing
from hengjian.street.repair import effects, queries
from hengjian.street.repair import services as repair
from hengjian.street.repair.models import Application
from tests import factories_desk as desk
from tests import factories_repair as make

pytestmark = pytest.mark.django_db
START = date(2026, 3, 2)
BODIES = {
    "target": ["penalty", "penalty", "abnormal", "nonsense"], "missing": ["缺材料"], "method": ["papers", "site"], "verified": ["属实"], "reasons": ["理由", ""],
    "refusal": ["too-early", "not-performed"], "met": [make.ALL, [*make.ALL, "cause-removed"], ["performed"]], "receipt": ["R1"],
    "facts": ["事实"], "statement": ["陈述"], "answer": ["采纳"],
}  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_no_order_of_acts_repairs_what_the_law_does_not(seed, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    chance, by = random.Random(seed), make.office()
    firm, people = desk.firm(), (by.first, by.other, by.leader)
    entries = [make.penalty(firm, by, START - timedelta(days=chance.randrange(200)), f"罚{n}") for n in range(4)]
    entries += [make.listing(firm, by, START)] if seed % 2 else []
    day, done, refused = START, 0, 0
    for _step in range(240):
        day += timedelta(days=chance.randrange(4))
        try:
            done += one_step(chance, people, entries, firm, day)
        except Refusal:
            refused += 1
        if chance.random() < 0.2:
            publishing.publish_due(on=day)
            effects.settle(at=make.at(day))
    publishing.publish_due(on=day)
    effects.settle(at=make.at(day))
    assert done > 20
    assert refused > 5
    assert Application.objects.filter(repaired__isnull=False).count() >= (seed % 2 == 0)
    for application in Application.objects.order_by("pk"):
        holds(application, day)


def one_step(chance, people, entries, firm, day):
    """Something a firm, an officer or a leader might try."""
    roll = chance.random()
    by = people[0] if chance.random() < 0.7 else chance.choice(people)
    matters = list(queries.Proceeding.objects.filter(kind__in=(*queries.KINDS, queries.FRAUD)).order_by("pk"))
    if roll < 0.15 or not matters:
        entry = chance.choice(entries)
        files = {**make.FILES, "cause-removed": [make.TEXT]} if chance.random() < 0.8 else {}
        make.asked(entry, day, channel=chance.choice(("counter", "window")), files=files)
        return 1
    living = [one for one in matters if one.closed is None]
    matter = make.again(chance.choice(living[:2] if living and chance.random() < 0.8 else matters))
    told = {"on": day, "at": make.at(day), "expected_version": matter.version}
    if roll < 0.2:
        act = chance.choice((repair.retract, lambda **more: repair.supply(said="补", files={}, **more)))
        act(uscc=firm.uscc, matter=matter, actor="firm", on=day, at=make.at(day))
        return 1
    if roll < 0.25:
        application = Application.objects.filter(repaired__isnull=False).order_by("?").first()
        return int(bool(application and repair.question(by=by, application=application, facts="疑", on=day, at=make.at(day))))
    if roll < 0.3:
        services.undo(matter, by=by, reason="错", **told)
        return 1
    definition = procedure.definition(matter.kind)
    lawful = list(procedure.rules.acts_from(definition, procedure.state_of(matter))) or list(definition.acts)
    name = chance.choice(lawful) if chance.random() < 0.9 else chance.choice(list(definition.acts))
    if chance.random() < 0.6:  # somebody does their work
        done = {event.act for event in procedure.events_of(matter)}
        name = next((one for one in ("accept", "verify", "grant") if one in lawful and one not in done), name)
    act = definition.acts[name]
    pending = procedure.rules.pending(definition, procedure.events_of(matter))
    if name in pending:
        proposals.confirm(matter, name, by=chance.choice((by, people[2])), **told)
        return 1
    body = {field: chance.choice(BODIES[field]) for field in act.requires if field in BODIES}
    (proposals.propose if act.confirm else services.act)(matter, name, by=by, body=body, **told)
    return 1


def holds(application, day):
    """A repair has two hands and every condition of its way; without one the record stands as it stood."""
    matter = make.again(application.proceeding)
    assert procedure.first_altered(matter) is None
    events = procedure.events_of(matter)
    grants = [event for event in events if event.act == "grant"]
    closing = ledger.closing_of(ledger.entry(application.entry_id))
    assert len(grants) == (application.repaired_id is not None) <= 1
    if not grants:
        assert closing is None or closing.body.get("matter") != matter.number
        return
    [grant] = grants
    assert grant.by != grant.body["proposed_by"]
    assert closing.seq == application.repaired_id
    way = policy.current().catalogue("repair-ways").items[application.way]
    met = {code for event in events if event.position < grant.position for code in event.body.get("met", ())}
    assert set(way.extra["conditions"]) <= met
    opens = queries.eligibility(application.entry, matter.opened).answer.opens
    assert opens is None or opens <= matter.opened
    assert publication.notice(application.entry_id, day) is None
    assert procedure.state_of(matter) == "done"
