"""Since when a record's publicity counts, for whoever reckons what may end early."""

from __future__ import annotations

from datetime import date

from hengjian.ground import policy
from hengjian.street.ledger import queries as ledger

from .models import PublicNotice
from .rulebook import Rulebook


def counted_from(notice: PublicNotice) -> date:
    """The day from which the publicity of a notice counts: of publication, or the day it was due if that was earlier."""
    told = notice.basis.get("from")
    return date.fromisoformat(told) if told else min(notice.published_on, notice.due or notice.published_on)


def counted_days(uscc: str, on: date) -> dict[int, date]:
    """By entry of an entity; of what is not public yet the day by which it must be."""
    book, found = Rulebook(policy.current()), {}
    for seq, kind, decided, effective, act in ledger.entries_of(uscc).values_list("seq", "kind", "decided", "effective", "act"):
        rule = book.publicity(kind)
        if rule and (due := book.due(rule, effective if act == "restore" else decided)):
            found[seq] = due
    shown = PublicNotice.objects.filter(uscc=uscc, published_on__lte=on).order_by("entry_seq")
    return found | {notice.entry_seq: counted_from(notice) for notice in shown}
