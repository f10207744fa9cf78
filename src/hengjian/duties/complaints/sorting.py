"""Proposes a category and words of danger for every filing; an officer confirms, and what was confirmed is learnt."""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet

from hengjian.ground import audit, policy
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure.services import FieldWrong

from . import patterns
from .classify import Sorter, Trial, held_out
from .models import Filing, Sorting

CATEGORIES, DANGERS = "complaint-categories", "complaint-risk-words"
MOST = 20_000  # confirmed filings that are learnt from, the latest: language moves on


def words(catalogue: str) -> dict[str, list[str]]:
    """Code → words, as the pack has them."""
    return {item.code: list(item.extra.get("words", ())) for item in policy.current().catalogue(catalogue).items.values()}


def confirmed() -> QuerySet[Sorting]:
    """What officers confirmed, of filings whose text is still kept, in the order in which they came in."""
    found = Sorting.objects.exclude(confirmed="").exclude(filing__text="")
    return found.select_related("filing").order_by("filing__received_at", "filing_id")


def sorter() -> Sorter:
    """Learnt from everything confirmed; kept in memory until one more is."""
    count = Sorting.objects.exclude(confirmed="").count()
    key = f"complaints-sorter:{policy.current().version}:{count}"
    made: Sorter | None = cache.get(key)
    if made is None:
        made = Sorter(words(CATEGORIES))
        for text, code in confirmed().values_list("filing__text", "confirmed")[max(0, count - MOST) :]:
            made.learn(text, code)
        cache.set(key, made, 86_400)
    return made


def waiting() -> QuerySet[Filing]:
    """Filings nobody proposed anything for yet."""
    return Filing.objects.filter(sorting=None, disposed=None).order_by("pk")


def propose(limit: int = 5_000) -> int:
    """Propose for what waits; returns for how many."""
    found = list(waiting()[:limit])
    if not found:
        return 0
    ready, dangers = sorter(), words(DANGERS)
    rows = []
    for filing in found:
        proposal, risks = ready.propose(filing.text), patterns.risks(filing.text, dangers)
        code, sure = (proposal.code, proposal.sure) if proposal else ("", 0.0)
        rows.append(Sorting(filing=filing, proposed=code, sure=sure, words=list(proposal.words) if proposal else [], risks=list(risks)))
    Sorting.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


@transaction.atomic
def confirm(filing: Filing, code: str, *, by: Officer, at: datetime) -> Sorting:
    """An officer says what a filing is about; doing it again corrects it, and the audit keeps both."""
    if code not in policy.current().catalogue(CATEGORIES).items:
        raise FieldWrong("没有类别“%(code)s”", code=code, fields={"category": code})
    row, _made = Sorting.objects.select_for_update().get_or_create(filing=filing)
    before, row.confirmed, row.by, row.at = row.confirmed, code, by, at
    row.save(update_fields=["confirmed", "by", "at"])
    Filing.objects.filter(pk=filing.pk).update(category=code)
    audit.record("complaints.sort", f"filing:{filing.number}", by=by, proposed=row.proposed, confirmed=code, before=before)
    return row


def trial() -> Trial | None:
    """How well proposals fit what came later: the first half of what was confirmed is learnt, the rest proposed before it is."""
    told = list(confirmed().values_list("filing__text", "confirmed"))[-MOST:]
    return held_out(words(CATEGORIES), told, len(told) // 2) if len(told) >= 2 else None
