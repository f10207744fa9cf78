"""关联停示: the inspection result from which a penalty came leaves with its repair, and comes back with it after fraud."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.casework.models import Case, Lead
from hengjian.street.ledger import queries as ledger
from hengjian.street.publication import queries as publication
from hengjian.street.publication import services as publishing
from hengjian.street.repair import queries
from hengjian.street.repair import services as repair
from tests import factories_inspection as inspected
from tests import factories_repair as make

pytestmark = pytest.mark.django_db


def test_the_result_behind_a_penalty_is_repaired_with_it_and_restored_with_it(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    [visit, *_others] = inspected.visits()
    result = inspected.record(visit, inspected.breach(disposal="case-transfer"))
    by = make.office()
    Officer.objects.filter(number__startswith="R-").update(scope="city")
    for one in (by.first, by.leader):
        one.refresh_from_db()
    day = result.recorded.astimezone(SHANGHAI).date() + timedelta(days=7)
    penalty = make.penalty(visit.entity, by, day)
    publishing.publish_due(on=day)
    lead = Proceeding.objects.get(pk=Lead.objects.get(origin=visit.proceeding.number).proceeding_id)
    matter = Proceeding.objects.filter(pk=visit.proceeding_id).first()
    Case.objects.create(proceeding=matter, lead=lead, entity=visit.entity, entry_id=penalty.seq)
    assert queries.linked_to([penalty.seq]) == {penalty.seq: [result.entry_id]}

    assert publication.notice(result.entry_id, day)
    asked = day + timedelta(days=93)
    application = make.asked(penalty, asked)
    told = queries.eligibility(penalty, asked).answer
    assert told.linked == (result.entry_id,)
    granted = make.granted(application, asked, by)
    left = ledger.closed_by_matter(penalty.uscc, application.number)
    assert [one.seq for one in left] == [penalty.seq, result.entry_id]
    for seq in (penalty.seq, result.entry_id):
        assert publication.notice(seq, asked) is None

    later = asked + timedelta(days=30)
    fraud = repair.question(by=by.first, application=granted, facts="伪造", on=later, at=make.at(later))
    make.do(fraud, "notify", later, by.first, facts="伪造")
    make.do(fraud, "hear", later, by.first, statement="无", answer="不采纳")
    make.approved(fraud, "undo-repair", later, by, facts="伪造", reasons="查实")
    make.followed(later)
    shown = set(publication.notices_of(penalty.uscc, None, later).values_list("kind", flat=True))
    assert {"penalty", "inspection"} <= shown
