"""From department files to publication: nothing lost, nothing doubled, every class explained."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings

from hengjian.doors.demo.walk import NotFresh, Walk
from hengjian.ground import policy
from hengjian.street.assessment import frames, queries
from hengjian.street.assessment.models import Assessment, Change
from hengjian.street.draw import lottery
from hengjian.street.draw.models import Draw, Pick, Team
from hengjian.street.inspection.models import Result
from hengjian.street.intake.models import Delivery
from hengjian.street.ledger import queries as ledger_questions
from hengjian.street.ledger import services as ledger
from hengjian.street.publication.models import PublicEntity, PublicNotice
from hengjian.street.register.models import Entity

from .conftest import ENTITIES, ON, quiet

pytestmark = pytest.mark.django_db
COLOURS = "tianjin-2017"


def test_every_row_received_is_accepted_duplicate_or_quarantined_as_the_manifest_says(walked):
    for delivery in Delivery.objects.order_by("pk"):
        assert delivery.received == delivery.accepted + delivery.duplicate + delivery.quarantined
    counts = json.loads((walked.folder / "manifest.json").read_text(encoding="utf-8"))["counts"]
    report = walked.report
    assert counts == {name: getattr(report, name) for name in ("received", "accepted", "duplicate", "quarantined")}
    assert report.quarantined > 0


def test_the_city_has_the_published_shares(walked):
    classes = walked.report.classes
    assert sum(classes.values()) == ENTITIES == walked.report.entities
    assert classes["green"] == pytest.approx(ENTITIES * 0.8274, abs=2)
    assert classes["yellow"] == pytest.approx(ENTITIES * 0.1651, abs=2)


def test_the_class_shown_is_the_class_by_row_and_by_column(walked):
    law = policy.current()
    with frames.mirror().connect() as db:
        frames.answer(db, law.ruleset(COLOURS), on=ON, terms=law.at(ON).number)
        by_column = dict(db.execute("SELECT entity, class FROM answer").fetchall())
    shown = dict(PublicEntity.objects.order_by("pk").values_list("entity_id", "class_code"))
    by_row = {entity.pk: queries.explain(entity, on=ON).code for entity in Entity.objects.order_by("pk")}
    assert shown == by_column == by_row
    assert len(shown) == ENTITIES


def test_the_draw_is_confirmed_from_its_bundle_and_two_officers_go_to_each_firm(walked):
    draw = Draw.objects.get()
    bundle = Path(settings.MEDIA_ROOT) / draw.bundle_path
    assert lottery.verify(lottery.open_bundle(bundle)) == []
    assert Pick.objects.filter(draw=draw, reserve=False).count() == walked.report.drawn == 20
    assert {team.officers.count() for team in Team.objects.filter(pick__draw=draw)} == {2}


def test_inspections_end_in_every_way_and_each_is_a_public_record(walked):
    results = Result.objects.select_related("visit").order_by("pk")
    assert len(results) == walked.report.inspected == walked.report.drawn
    assert {result.path for result in results} == {"done", "refused", "not-found"}
    assert {code for result in results for code in result.codes} >= {"1", "8", "6", "D", "E"}
    public = PublicNotice.objects.filter(kind="inspection").values_list("entry_seq", flat=True)
    assert set(public) == {result.entry_id for result in results}


def test_a_firm_that_refused_becomes_yellow_in_public(walked):
    refused = Result.objects.filter(path="refused").order_by("pk").first()
    entity = refused.visit.entity
    change = Change.objects.filter(entity=entity, ruleset=COLOURS).order_by("-pk").first()
    assert (change.before, change.after) == ("green", "yellow")
    shown = PublicEntity.objects.get(entity=entity)
    assert shown.class_code == "yellow"
    assert "refused-inspection" in json.dumps(shown.reasons)
    assert walked.report.changed >= 1


def test_the_seals_of_the_ledger_hold(walked):
    verdict = ledger.verify()
    assert verdict.whole
    assert verdict.entries == ledger_questions.entries_after(0).count() > 0


def test_walking_again_doubles_nothing(walked):
    def counted():
        models = (Delivery, Entity, Assessment, Draw, Pick, Team, Result, PublicEntity, PublicNotice)
        return [model.objects.count() for model in models], ledger_questions.settled_seq()

    before = counted()
    again = Walk(walked.folder, ON, quiet).all(ENTITIES)
    assert counted() == before
    assert (again.received, again.drawn, again.inspected, again.published) == (
        walked.report.received, walked.report.drawn, walked.report.inspected, walked.report.published,
    )  # fmt: skip


def test_a_walk_does_not_mix_with_other_files(walked, tmp_path):
    with pytest.raises(NotFresh):
        Walk(tmp_path, ON, quiet).all(ENTITIES, seed="another")
    with pytest.raises(NotFresh):
        Walk(walked.folder, ON, quiet).all(ENTITIES + 1)
