"""The public data dictionary, read from the publicity rules of the packs: which fields, until when, by which article."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hengjian.ground.people import citing
from hengjian.ground.policy import Law, NotInForce, UnknownRule
from hengjian.ground.policy.schema import Publicity
from hengjian.street.assessment import telling
from hengjian.street.publication import printing


def kinds(law: Law, on: date) -> list[dict[str, Any]]:
    """One line a publicity rule."""
    return [_kind(law, law.publicity(name), on) for name in law.sections["publicity"]]


def _kind(law: Law, rule: Publicity, on: date) -> dict[str, Any]:
    fields = law.record(rule.record).fields if rule.record in law.records else {}
    return {
        "title": telling.named(rule), "fields": [telling.named(fields[name]) for name in rule.public if name in fields],
        "stops": [stop for stop in (_stop(law, each, on) for each in rule.stop) if stop],
        "basis": citing.cited(rule.basis) if rule.basis else "",
    }  # fmt: skip


def _stop(law: Law, stop: Any, on: date) -> str:
    title = telling.named(stop)
    if not stop.term:
        return title
    try:
        reading = law.term(stop.term).on(on)
    except (NotInForce, UnknownRule):
        return title
    n = int(str(reading.value))
    units = {"month": ngettext("%(n)s 个月", "%(n)s 个月", n), "year": ngettext("%(n)s 年", "%(n)s 年", n)}
    length = units.get(str(reading.unit), "%(n)s") % {"n": n}
    told = _("%(title)s：%(length)s") % {"title": title, "length": length} if title else length
    return printing.marked(told, reading.confidence)
