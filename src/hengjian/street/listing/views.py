"""Desk pages of the lists: who stands on them, what proposes a listing, what restricts a firm, what departments are asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotFound, Refusal
from hengjian.ground.people.access import may, requires
from hengjian.ground.people.language import named
from hengjian.ground.procedure import forms as procedure_forms
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure.services import FieldMissing, FieldWrong
from hengjian.ground.ui import sheets
from hengjian.ground.ui.days import asked
from hengjian.ground.ui.pages import address
from hengjian.street.ledger import queries as ledger
from hengjian.street.register import queries as register

from . import counters, finding, forms, queries, services
from .models import Restriction
from .rules import ABNORMAL, RED, SERIOUS

ROWS = 30
SHEET = (
    gettext_lazy("所在名单"), gettext_lazy("主体"), gettext_lazy("统一社会信用代码"), gettext_lazy("事由"), gettext_lazy("文书号"),
    gettext_lazy("作出机关"), gettext_lazy("列入日期"), gettext_lazy("期满日"),
)  # fmt: skip
HEADS: dict[str, tuple[Any, ...]] = {
    "matters": (gettext_lazy("编号"), gettext_lazy("主体"), gettext_lazy("承办"), gettext_lazy("环节"), gettext_lazy("期限")),
    "entries": (gettext_lazy("主体"), gettext_lazy("事由"), gettext_lazy("决定"), gettext_lazy("列入日期"), gettext_lazy("期满")),
    "laid": (
        gettext_lazy("主体"), gettext_lazy("措施和领域"), gettext_lazy("锁定部门"), gettext_lazy("所据记录"), gettext_lazy("起止"), gettext_lazy("状态"),
    ),
    "due": (gettext_lazy("主体"), gettext_lazy("所在名单"), gettext_lazy("提示什么"), gettext_lazy("到期"), gettext_lazy("依据"), gettext_lazy("操作")),
    "candidates": (gettext_lazy("选择"), gettext_lazy("主体"), gettext_lazy("事实和证据"), gettext_lazy("决定期限"), gettext_lazy("操作")),
    "responses": (gettext_lazy("编号"), gettext_lazy("主体"), gettext_lazy("请求的措施"), gettext_lazy("环节"), gettext_lazy("期限")),
    "rules": (gettext_lazy("约束"), gettext_lazy("依据"), gettext_lazy("生效中")), "domains": (gettext_lazy("领域"), gettext_lazy("生效中")),
}  # fmt: skip
# What a matter begun by hand is told at once; the ground decides which acts follow.
BY_HAND = {
    "abnormal-list": ["ground", "facts"], "serious-list": ["penalty", "facts"], "red-list": ["list", "facts"], "serious-list-elsewhere": [],
}  # fmt: skip


def _officer(request: HttpRequest) -> Any:
    return request.officer  # type: ignore[attr-defined]


def _tabs() -> dict[str, tuple[str, str, bool | None]]:
    """Tabs of entries: title, kind of record, whether they are marks."""
    return {
        "abnormal": (_("经营异常名录"), ABNORMAL, False), "marks": (_("经营异常状态"), ABNORMAL, True),
        "serious": (_("严重违法失信名单"), SERIOUS, None), "red": (_("守信激励名单"), RED, None),
    }  # fmt: skip


@require_GET
@requires("listing.view")
def board(request: HttpRequest) -> HttpResponse:
    """Matters under way, the entries of each list of a day as known on another, locks of other departments, and what is to be announced."""
    officer, on, days = _officer(request), clock.today(), asked(request.GET, clock.today())
    show, q, ground = (request.GET.get(name, "").strip()[:60] for name in ("show", "q", "ground"))
    entries = _tabs()
    show = show if show in (*entries, "laid", "due") else "matters"
    context: dict[str, Any] = {
        "show": show, "q": q, "ground": ground, "tabs": _links(officer, on, show), "may_record": may(request, "listing.record"),
        "heads": HEADS["entries" if show in entries else show], "unfounded": queries.unfounded(officer, on),
    }  # fmt: skip
    if show in entries:
        _title, kind, marks = entries[show]
        found = queries.on_lists(officer, days.on, kind, ground=ground, q=q, marks=marks, known=days.known)
        page: Page[Any] = Paginator(found, ROWS).get_page(request.GET.get("page"))
        items = policy.current().catalogue(queries.CATALOGUES[kind]).rows
        context |= {"page": page, "listed": queries.told(page.object_list, days.on), "asked": days, "grounds": [(item.code, named(item)) for item in items]}
    elif show == "laid":
        page = Paginator(_laid(officer).select_related("entity", "cause", "proceeding__agency"), ROWS).get_page(request.GET.get("page"))
        context |= {"page": page, "laid": _locks(page, on)}
    elif show == "due":
        context |= {"due": queries.reminders_due(officer, on)}
    else:
        matters = queries.visible_to(officer).filter(closed=None)
        page = Paginator(procedure.with_events(matters), ROWS).get_page(request.GET.get("page"))
        context |= {"page": page, "matters": [(procedure.task_of(one, on), named(procedure.definition(one.kind))) for one in page]}
    return render(request, "listing/board.html", context)


def _links(officer: Any, on: date, here: str) -> list[dict[str, Any]]:
    counted = queries.totals(officer, on)
    told: list[tuple[str, str, int | None]] = [("matters", _("在办"), queries.visible_to(officer).filter(closed=None).count())]
    for key, (title, kind, marks) in _tabs().items():
        told.append((key, title, sum(n for (of, mark), n in counted.items() if of == kind and marks in (None, mark))))
    told += [("laid", _("部门约束"), _laid(officer).count()), ("due", _("待公告提示"), None)]
    links = [{"href": f"?show={key}", "title": title, "here": key == here} | ({} if n is None else {"count": n}) for key, title, n in told]
    return links


def _laid(officer: Any) -> Any:
    return Restriction.objects.filter(entity__in=register.visible_to(officer).values("pk")).order_by("-pk")


def _locks(rows: Any, on: date) -> list[dict[str, Any]]:
    """Each lock of a department, and whether it holds today."""
    shown = list(rows)
    held = {lock.matter: lock for uscc in {row.entity.uscc for row in shown} for lock in queries.restrictions(uscc, on) if lock.matter}
    law = policy.current()
    return [
        {
            "row": row, "lock": held.get(row.proceeding_id), "measure": named(law.catalogue("restriction-measures").items[row.measure]),
            "domain": named(law.catalogue("restriction-domains").items[row.domain]),
        }
        for row in shown
    ]  # fmt: skip


@require_GET
@requires("listing.view")
def export(request: HttpRequest) -> HttpResponse:
    """Live entries of one list, of a day as known on another, as a spreadsheet; who took it is kept."""
    officer, days = _officer(request), asked(request.GET, clock.today())
    on = days.on
    found = _tabs().get(request.GET.get("show", ""))
    if found is None:
        raise NotFound(_("没有这一份名单"))
    _title, kind, marks = found
    q, ground = (request.GET.get(name, "").strip()[:60] for name in ("q", "ground"))
    rows = queries.on_lists(officer, on, kind, marks=marks, q=q, ground=ground, known=days.known)
    told, filters = _sheet(rows, on), {"q": q, "ground": ground, "on": on.isoformat(), "known": str(days.known or "")}
    return sheets.export("listing", SHEET, told, of=rows.count(), by=officer, subject=f"list:{kind}", filters=filters)


def _sheet(rows: Any, on: date) -> Iterator[list[object]]:
    for one in queries.told(rows, on):
        entry = one.entry
        yield [one.title, entry.entity.name, entry.uscc, one.ground_title, entry.document, entry.issuer.name, entry.decided, one.last or ""]


# What proposes a listing --------------------------------------------------------------------------------


@require_GET
@requires("listing.record")
def candidates(request: HttpRequest) -> HttpResponse:
    """Facts that speak for a listing, each with its evidence; an officer begins, or does not."""
    officer, on = _officer(request), clock.today()
    leads = finding.leads(on)
    asked = request.GET.get("lead", leads[0].code)
    item = finding.lead(asked, on)
    counted = {one.code: finding.rows(one, officer, on) for one in leads}
    tabs = [{"href": f"?lead={one.code}", "title": named(one), "count": _size(counted[one.code]), "here": one is item} for one in leads]
    page = Paginator(counted[item.code], ROWS).get_page(request.GET.get("page"))
    told = [finding.candidate(item, row, on) for row in page]
    return render(request, "listing/candidates.html", {"tabs": tabs, "item": item, "page": page, "candidates": told, "heads": HEADS["candidates"]})


def _size(rows: Any) -> int:
    return len(rows) if isinstance(rows, list) else rows.count()


@require_POST
@requires("listing.record")
def begin(request: HttpRequest) -> HttpResponse:
    """Begin matters from the candidates chosen; nothing of the evidence is typed again, and each is judged by itself."""
    officer, on = _officer(request), clock.today()
    item = finding.lead(request.POST.get("lead", ""), on)
    chosen = request.POST.getlist("one") if "many" in request.POST else [request.POST.get("begin", "")]
    begun, refused = [], []
    for word in chosen[:ROWS]:
        uscc, _bar, origin = word.partition("|")
        try:
            told = finding.pick(item, officer, origin, uscc, on)
            cause = told.cause.seq if told.cause else None
            begun.append(
                services.begin(by=officer, kind=told.kind, entity=told.entity, origin=origin, on=on, body=told.body, at=clock.now(), cause=cause)
            )
        except Refusal as wrong:
            refused.append(f"{uscc}：{wrong}")
    for line in refused:
        messages.error(request, line)
    if begun:
        messages.success(request, _("已立案 %(number)s") % {"number": "、".join(one.number for one in begun)})
    elif not chosen:
        messages.error(request, _("没有选择线索"))
    if len(begun) == 1 and len(chosen) == 1:
        return redirect(address("desk:matter", begun[0].pk))
    return redirect(address("listing:candidates") + f"?lead={item.code}")


@requires("listing.record")
def begin_by_hand(request: HttpRequest, kind: str) -> HttpResponse:
    """Begin a matter from what an officer knows otherwise: a report, a letter of another province, a proposal."""
    if kind not in BY_HAND:
        raise NotFound(_("没有这类案卷"), kind=kind)
    officer, on = _officer(request), clock.today()
    definition = procedure.definition(kind)
    required = list(definition.opening.requires) if definition.opening else BY_HAND[kind]
    form = procedure_forms.FieldsForm(request.POST or None, procedure=definition, required=required, optional=[], on=on)
    asked = request.POST.get("uscc", request.GET.get("uscc", "")).strip().upper()[:18]
    if request.method == "POST" and form.is_valid():
        try:
            matter = _begun(officer, kind, asked, form.kept(), on)
        except (Refusal, FieldMissing, FieldWrong) as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(address("desk:matter", matter.pk))
    kinds = [(key, named(procedure.definition(key)), key == kind) for key in BY_HAND]
    context = {"form": form, "uscc": asked, "kind": kind, "title": named(definition), "kinds": kinds}
    return render(request, "listing/begin_by_hand.html", context, status=422 if form.errors else 200)


def _begun(officer: Any, kind: str, uscc: str, told: dict[str, Any], on: date) -> Any:
    entity, cause = register.entity_for(officer, uscc), None
    if kind == "serious-list":
        cause = ledger.facts(on, uscc=entity.uscc).filter(kind="penalty", document=told["penalty"]).first()
        if cause is None:
            raise NotFound(_("台账中没有这份仍然有效的处罚决定"), document=told["penalty"])
    word = told.get("ground") or told.get("list") or told.get("penalty") or told.get("document")
    origin = f"entry:{cause.seq}" if cause else f"hand:{kind}:{word}:{on.isoformat()}"[:80]
    return services.begin(
        by=officer, kind=kind, entity=entity, origin=origin, on=on, body=told, at=clock.now(), cause=cause.seq if cause else None
    )


@require_POST
@requires("listing.record")
def remind(request: HttpRequest, seq: int, kind: str) -> HttpResponse:
    """Announce what is to come to the party."""
    services.remind(by=_officer(request), entry=ledger.entry_for(_officer(request), seq), kind=kind, on=clock.today())
    messages.success(request, _("已公告提示"))
    return redirect(address("listing:board") + "?show=due")


# Restrictions -------------------------------------------------------------------------------------------


@require_GET
@requires("listing.view")
def restrictions(request: HttpRequest) -> HttpResponse:
    """What restricts a firm, on which record and until when; and what was answered to whom."""
    officer, wanted, days = _officer(request), request.GET.get("uscc", "").strip(), asked(request.GET, clock.today())
    entity = register.entity_for(officer, wanted) if wanted else None
    law, on = policy.current(), days.on
    return render(
        request,
        "listing/restrictions.html",
        {
            "wanted": wanted,
            "asked": days,
            "entity": entity,
            "locks": queries.restrictions(entity.uscc, on, known=days.known) if entity else [],
            "answers": (queries.answers(officer).filter(uscc=entity.uscc) if entity else queries.answers(officer))[:30],
            "acts": {code: named(item) for code, item in law.catalogue("guarded-acts").items.items()},
            "results": {code: named(item) for code, item in law.catalogue("restriction-results").items.items()},
            "rules": [item for item in law.catalogue("locks").rows if item.in_force(on)],
        },
    )


@requires("listing.record")
def restrict(request: HttpRequest, seq: int) -> HttpResponse:
    """Ask another department for a measure because of a live record (发起)."""
    officer, on = _officer(request), clock.today()
    entry = ledger.entry_for(officer, seq)
    form = forms.AskDepartment(request.POST or None, on=on, issuer=entry.issuer_id)
    if request.method == "POST" and form.is_valid():
        try:
            matter = services.ask_department(by=officer, entry=entry, on=on, at=clock.now(), **form.cleaned_data)
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已发起 %(number)s，待对方签收") % {"number": matter.number})
            return redirect(address("listing:board") + "?show=matters")
    kind = queries.called(entry.kind, entry.entity.kind)
    context = {"form": form, "entry": entry, "kind": kind}
    return render(request, "listing/restrict.html", context, status=422 if form.errors else 200)


@require_GET
@requires("listing.respond")
def responses(request: HttpRequest) -> HttpResponse:
    """What other departments ask of ours: to be received, to be answered, locked, ended (响应)."""
    officer, on = _officer(request), clock.today()
    found = procedure.visible_to(officer).filter(kind=queries.RESTRICTION)
    show = "closed" if request.GET.get("show") == "closed" else "open"
    parts = {"open": found.filter(closed=None), "closed": found.exclude(closed=None)}
    titles = {"open": _("待响应和约束中"), "closed": _("已办结")}
    tabs = [{"href": f"?show={key}", "title": titles[key], "count": part.count(), "here": key == show} for key, part in parts.items()]
    page = Paginator(procedure.with_events(parts[show]), ROWS).get_page(request.GET.get("page"))
    law = policy.current()
    rows = [
        (procedure.task_of(one, on), named(law.catalogue("restriction-measures").items.get(str(queries.said(one).get("measure", ""))))) for one in page
    ]
    return render(request, "listing/responses.html", {"tabs": tabs, "page": page, "rows": rows, "heads": HEADS["responses"]})


@require_GET
@requires("listing.view")
def counted(request: HttpRequest) -> HttpResponse:
    """Counters: live locks by rule and field, the cause of each, answers given and what became of them."""
    on = clock.today()
    return render(request, "listing/counted.html", {"told": counters.of(_officer(request), on), "on": on, "heads": HEADS})
