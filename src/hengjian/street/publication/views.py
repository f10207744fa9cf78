"""Public lists, notices, the report and its check page; for officers, the preview and the schedule."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hengjian.ground import policy
from hengjian.ground.documents import services as documents
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people.access import requires
from hengjian.ground.ui.days import asked

from . import printing, queries, report, standing
from .caching import cached_by_projection
from .rules import first_hidden_day

T = TypeVar("T")
KINDS = {
    "penalty": _("行政处罚"),
    "abnormal-list": _("经营异常名录"),
    "serious-list": _("严重违法失信名单"),
    "court-defaulter": _("失信被执行人"),
    "inspection": _("抽查检查结果"),
    "licence": _("行政许可"),
    "honour": _("荣誉信息"),
    "red-list": _("守信激励名单"),
}
HEADS = [_("主体"), _("文书号"), _("内容"), _("作出机关"), _("作出日期"), _("公示至")]


def _tabs(kind: str, totals: dict[str, int]) -> list[dict[str, object]]:
    return [
        {
            "href": reverse("publication_public:notice_list", args=[key]),
            "title": title,
            "count": totals.get(key, 0),
            "here": key == kind,
        }
        for key, title in KINDS.items()
    ]


@requires("public")
@cached_by_projection
def notice_list(request: HttpRequest, kind: str = "penalty") -> HttpResponse:
    """What is public of one kind, newest first, searchable by name, code and document number."""
    if kind not in KINDS:
        raise NotFound(_("没有这一类公示"), kind=kind)
    on, text = clock.today(), request.GET.get("text", "").strip()[:60]
    page = Paginator(queries.latest_notices(on, kind, text), 20).get_page(request.GET.get("page"))
    context = {
        "tabs": _tabs(kind, queries.notice_totals(on)), "title": KINDS[kind], "text": text, "page": page,
        "records": printing.records(page), "heads": HEADS, "as_of": queries.data_as_of(),
    }  # fmt: skip
    return render(request, "publication/notice_list.html", context)


@requires("public")
@cached_by_projection
def notice_detail(request: HttpRequest, entry_seq: int) -> HttpResponse:
    """One notice with the sum of its last day."""
    notice = queries.notice(entry_seq, clock.today())
    if notice is None:
        raise NotFound(_("这条信息不在公示期内，或者从未公示"))
    [record] = printing.records([notice])
    context = {"notice": notice, "record": record, "as_of": queries.data_as_of()}
    return render(request, "publication/notice_detail.html", context)


def _reported(request: HttpRequest, uscc: str, issue: Callable[..., T]) -> T:
    """The report of an entity, as paper or as data."""
    on = clock.today()
    entity = queries.public_entity(uscc, on)
    if entity is None:
        raise NotFound(_("公示系统中没有这个主体"), uscc=uscc)
    verify_at = request.build_absolute_uri(reverse("publication_public:verify"))
    with translation.override("zh-hans"):  # an issued paper has one wording
        return issue(entity, verify_at=verify_at, on=on)


@requires("public")
@cached_by_projection
def entity_report(request: HttpRequest, uscc: str) -> HttpResponse:
    """The credit publicity report as PDF, with QR and verification code."""
    paper = _reported(request, uscc, report.issue)
    headers = {"Content-Disposition": f'inline; filename="credit-report-{uscc}.pdf"'}
    return HttpResponse(paper.pdf, content_type="application/pdf", headers=headers)


@requires("public")
@cached_by_projection
def entity_report_json(request: HttpRequest, uscc: str) -> JsonResponse:
    """The same report for programs, with the same verification code."""
    told = _reported(request, uscc, report.as_json)
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})


@requires("public")
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Whether a paper was issued here: its title, subject, day and digest (文书核验)."""
    wanted = (code or request.GET.get("code", ""))[:40]
    found = documents.find(wanted) if wanted else None
    uscc = found.subject.removeprefix("entity:") if found and found.subject.startswith("entity:") else ""
    entity = queries.public_entity(uscc, clock.today()) if uscc else None
    context = {"asked": wanted, "found": found, "entity": entity}
    return render(request, "publication/verify.html", context, status=404 if wanted and not found else 200)


@requires("publication.view")
def schedule(request: HttpRequest) -> HttpResponse:
    """What leaves the public site next, and the sum of each last day (公示日程)."""
    on = clock.today()
    page = Paginator(queries.ending_from(on), 30).get_page(request.GET.get("page"))
    rows = [(notice, first_hidden_day(notice.until, notice.withdrawn_on), printing.cited(notice)) for notice in page]
    context = {"page": page, "rows": rows, "projection": queries.projection(), "kinds": KINDS}
    return render(request, "publication/schedule.html", context)


@requires("publication.view")
def preview(request: HttpRequest) -> HttpResponse:
    """Exactly what the public sees or saw of an entity on a day, as known on another, and what it no longer sees (公示预览)."""
    wanted, days = request.GET.get("uscc", "").strip()[:40], asked(request.GET, clock.today())
    entity = queries.public_entity(wanted, days.on) if wanted else None
    notices = standing.notices_known(entity.uscc, days.known) if entity else []
    rows = [
        (record, queries.is_shown(record.notice, days.on)) for record in printing.records(notices) if record.notice.published_on <= days.on
    ]
    basic = [(gettext(label), value) for label, value in report.basic(policy.current(), entity)] if entity else []
    context = {"wanted": wanted, "asked": days, "entity": entity, "rows": rows, "basic": basic}
    return render(request, "publication/preview.html", context)
