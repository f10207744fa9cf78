"""Two penalties into whose facts a name slipped: one masked by two officers, one request that waits for the second of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from hengjian.ground.kit import clock
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import services as procedure
from hengjian.street import ledger
from hengjian.street.assessment.models import Assessment
from hengjian.street.assessment.queries import COLOURS, ruleset_of
from hengjian.street.ledger import queries, redacting
from hengjian.street.register.models import Entity

from .logins import DISTRICT

NAME = "演示姓名甲"
FACTS = f"店员{NAME}未按规定明码标价，{NAME}当场改正（演示）"


@transaction.atomic
def fill(firm: Entity, on: date) -> None:
    """Leave one masking behind and one that waits; running it again changes nothing."""
    if queries.redactions(None).exists():
        return
    yellow = Assessment.objects.filter(ruleset=ruleset_of(COLOURS, on).id, class_code="yellow").values("entity")
    other = Entity.objects.filter(pk__in=yellow, district=DISTRICT).exclude(pk=firm.pk).order_by("-pk").first() or firm
    bureau, at = Agency.objects.get(code=DISTRICT), clock.now()
    asks, decides = (Officer.objects.get(number=number) for number in ("DEMO-SUPERVISION", "DEMO-LEADER"))
    for number in (1, 2):
        entry = _penalty(other, bureau, number, on)
        marks = redacting.marks_of(entry, [], {"facts": [NAME]})
        matter = redacting.ask(by=asks, entry=entry, marks=marks, ground="personal", because="事实里混入了店员姓名（演示）", on=on, at=at)
        if number == 1:
            procedure.act(matter, "approve", by=decides, on=on, expected_version=matter.version, at=at)


def _penalty(firm: Entity, bureau: Agency, number: int, on: date) -> Any:
    decided = on - timedelta(days=20 + number)
    body = {"name": firm.name, "kind_of_penalty": ["03"], "facts": FACTS, "article": "价格法第四十二条", "issuer": bureau.name}
    return ledger.append(
        by=None, entity=firm, kind="penalty", on=decided, issuer=bureau, document=f"津蓟市监罚〔{decided.year}〕遮演{number}号", body=body,
        fine_fen=50_000,
    )  # fmt: skip
