"""The auditor's page: who did, saw and exported what, and whether the record still holds."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from hengjian.ground.audit import queries, services
from hengjian.ground.audit.models import Trail
from hengjian.ground.kit import clock
from hengjian.ground.people.access import requires
from hengjian.ground.ui import sheets

from . import audit_words, forms
from .asking import officer_of


def _lines(request: HttpRequest) -> tuple[forms.AuditFilters, QuerySet[Trail]]:
    """The filter form, and the lines in scope that it leaves."""
    form = forms.AuditFilters(request.GET or None)
    asked = {name: value for name, value in form.cleaned_data.items() if value} if form.is_bound and form.is_valid() else {}
    return form, queries.narrowed(queries.visible_to(officer_of(request)), **asked)


@requires("audit.view")
def trail(request: HttpRequest) -> HttpResponse:
    """Lines of the audit within scope, last first; `?verify` recomputes every digest and seal."""
    form, found = _lines(request)
    verdict = services.verify() if "verify" in request.GET else None
    page = Paginator(found, 40).get_page(request.GET.get("page"))
    rows = list(audit_words.told(page, request.powers))  # type: ignore[attr-defined]
    actions = sorted(audit_words.titles().items())
    context = {"form": form, "page": page, "rows": rows, "actions": actions, "verdict": verdict, "seal": queries.last_seal()}
    return render(request, "desk/trail.html", context)


@requires("audit.view")
def export(request: HttpRequest) -> HttpResponse:
    """The lines as a sheet; taking them out is itself a line."""
    officer = officer_of(request)
    form, found = _lines(request)
    heads = [_("序号"), _("时间"), _("人员"), _("动作"), _("动作代码"), _("对象"), _("依据"), _("内容"), _("摘要")]
    known = audit_words.titles()
    rows = (
        (line.pk, line.at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds"), line.actor, audit_words.about(line.action, known), line.action, line.subject,
         line.basis, str(line.detail), line.digest)
        for line in found[: sheets.MOST].iterator(chunk_size=2_000)
    )  # fmt: skip
    asked = {name: request.GET.get(name, "") for name in form.fields}
    return sheets.export("audit", heads, rows, of=found.count(), by=officer, subject="audit", filters=asked)
