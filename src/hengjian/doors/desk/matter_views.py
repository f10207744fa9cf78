"""One page for every matter, one page for every act. Decisions are the kernel's; here requests become its commands."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hengjian.ground import audit, documents, policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people.access import may, requires
from hengjian.ground.people.language import named
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import (
    attachments,
    diagram,
    effects,
    forms,
    parties,
    printing,
    proposals,
    queries,
    rules,
    services,
    staffing,
)
from hengjian.ground.procedure.models import Errand, Paper, Party, Proceeding
from hengjian.ground.procedure.words import Words
from hengjian.ground.ui.pages import address

from . import matter as pages
from .asking import officer_of


def _found(request: HttpRequest, pk: int) -> Proceeding:
    """The matter, for those who may read it; for anybody else there is none."""
    officer = officer_of(request)
    found = queries.matter_of(officer, pk)
    if not queries.may_read(found, officer, request.powers):  # type: ignore[attr-defined]
        raise NotFound(_("没有这件事，或不在您的数据范围内"), number=pk)
    return found


def _version(request: HttpRequest) -> int:
    word = request.POST.get("version", "")
    return int(word) if word.isdecimal() and len(word) < 10 else -1


@requires("signed-in")
def matter(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter of any kind; a kind with a page of its own is shown there to those who may open it."""
    found = _found(request, pk)
    place = effects.place_of(found, "*")
    if place and (not place.power or may(request, place.power)):
        return redirect(place.url, *place.args)
    powers = request.powers  # type: ignore[attr-defined]
    return render(request, "desk/matter.html", pages.page(found, officer_of(request), powers, clock.today()))


@requires("signed-in")
def matter_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act: what it needs, what is known already, what follows from it."""
    found, officer, on = _found(request, pk), officer_of(request), clock.today()
    procedure, events = queries.definition(found.kind), queries.events_of(found)
    lawful = services.lawful_act(found, act, events)
    if place := effects.place_of(found, act):
        return redirect(place.url, *place.args)
    told: dict[str, Any] = {"on": on, "officers": pages.colleagues(found), "parties": parties.of(found)}
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms.form_for(lawful, procedure, rules.said(events), *given, **told)
    if request.method == "POST" and form.is_valid():
        try:
            _do(found, act, form, officer, request)
        except (
            services.FieldWrong,
            services.FieldMissing,
            services.NotYet,
            services.SecondPersonNeeded,
            attachments.BadFile,
        ) as wrong:
            form.add_error(None, str(wrong))
        else:
            words = _("已提请批准：%(act)s") if lawful.confirm else _("已办理：%(act)s")
            messages.success(request, words % {"act": named(lawful)})
            return redirect("desk:matter", pk)
    context = {
        "matter": found, "act": lawful, "title": named(lawful), "form": form, "reasons": queries.hindrances(found, act, on, events),
        "next": named(procedure.states[lawful.to]) if lawful.to else "", "kind_title": named(procedure),
        "papers": [named(policy.current().document(form_id)) for form_id in lawful.documents],
        "seconds": [one for one in told["officers"] if one.pk != officer.pk] if lawful.second else [],
        "second": request.POST.get("second", ""), "said": Words(found, procedure).told(rules.said(events)),
        "steps": pages.steps(found),
    }  # fmt: skip
    return render(request, "desk/matter_act.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _do(found: Proceeding, act: str, form: forms.FieldsForm, officer: Officer, request: HttpRequest) -> None:
    """Keep the files, then do or propose the act, in one transaction."""
    on, at, version, body = clock.today(), clock.now(), _version(request), form.kept()
    for name, uploads in form.uploads().items():
        kept = []
        for one in uploads:
            file = attachments.attach(
                found, one.read(), name=one.name or "", by=officer, on=on, expected_version=version, at=at
            )
            version = found.version
            kept.append(file.sha256)
        if kept:
            body[name] = kept
    second = Officer.objects.filter(number=request.POST.get("second", "")).first()
    command = proposals.propose if form.procedure.acts[act].confirm else services.act
    command(found, act, by=officer, on=on, expected_version=version, body=body, second=second, at=at)


@require_POST
@requires("signed-in")
def matter_proposal(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Confirm a proposed act, or send it back."""
    found = _found(request, pk)
    told: dict[str, Any] = {"by": officer_of(request), "on": clock.today(), "at": clock.now()}
    if "decline" in request.POST:
        proposals.decline(found, act, expected_version=_version(request), reason=request.POST.get("words", ""), **told)
        messages.success(request, _("已退回"))
    else:
        proposals.confirm(
            found, act, expected_version=_version(request), opinion=request.POST.get("words", "")[:400], **told
        )
        messages.success(request, _("已批准"))
    return redirect("desk:matter", pk)


@require_POST
@requires("procedure.undo")
def matter_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the last act back by a recorded act."""
    reason = request.POST.get("reason", "")[:400]
    services.undo(
        _found(request, pk),
        by=officer_of(request),
        on=clock.today(),
        at=clock.now(),
        expected_version=_version(request),
        reason=reason,
    )
    messages.success(request, _("已撤回上一步，原记录保留"))
    return redirect("desk:matter", pk)


@require_POST
@requires("signed-in")
def matter_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Take files into the matter."""
    found, version = _found(request, pk), _version(request)
    uploads = request.FILES.getlist("files")
    if not uploads:
        raise attachments.BadFile(_("请选择文件"))
    with transaction.atomic():
        for one in uploads:
            attachments.attach(
                found,
                one.read(),
                name=one.name or "",
                by=officer_of(request),
                on=clock.today(),
                expected_version=version,
                at=clock.now(),
            )
            version = found.version
    return redirect(f"{address('desk:matter', pk)}#files")


@requires("signed-in")
def matter_file(request: HttpRequest, pk: int, digest: str) -> HttpResponseBase:
    """A kept file, always as a download."""
    found = _found(request, pk)
    if guard := effects.files_power(found.kind):
        if not may(request, guard):
            raise NotFound(_("没有这个文件"), file=digest[:16])
        audit.record("procedure.file", f"proceeding:{found.number}", by=officer_of(request), file=digest[:16])
    kept = attachments.of(found, digest)
    place = attachments.path_of(kept.sha256)
    if not place.is_file():
        raise NotFound(_("这个文件在数据目录中缺失，请从备份恢复"), file=kept.name)
    return FileResponse(place.open("rb"), as_attachment=True, filename=kept.name, content_type=kept.media_type)


@requires("signed-in")
def matter_paper(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    """A form of the matter as PDF: its number, the parties, what the act said, article and how to object."""
    found = _found(request, pk)
    one = Paper.objects.filter(proceeding=found, pk=paper).select_related("event__by", "event__second").first()
    if one is None:
        raise NotFound(_("没有这份文书"), number=found.number)
    pdf = documents.render(printing.template_of(one), printing.data_of(found, one), on=one.on)
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="paper-{one.pk}.pdf"'})


@require_POST
@requires("signed-in")
def matter_parties(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a party, or take one out."""
    found, version = _found(request, pk), _version(request)
    told: dict[str, Any] = {"by": officer_of(request), "on": clock.today(), "expected_version": version, "at": clock.now()}
    word = {name: request.POST.get(name, "").strip() for name in parties.LONGEST}
    if leaving := request.POST.get("leave"):
        parties.leave(_party(found, leaving), reason=request.POST.get("reason", "")[:400], **told)
    else:
        who = parties.Person(**word, person=request.POST.get("person") == "yes")
        represented = request.POST.get("represents", "")
        speaks_for = _party(found, represented) if represented else None
        parties.join(found, role=request.POST.get("role", ""), who=who, represents=speaks_for, **told)
    return redirect(f"{address('desk:matter', pk)}#parties")


def _party(found: Proceeding, position: str) -> Party:
    one = parties.of(found).filter(position=int(position)).first() if position.isdecimal() and len(position) < 10 else None
    if one is None:
        raise NotFound(_("没有这个当事人"), number=found.number)
    return one


def _colleague(found: Proceeding, number: str) -> Officer:
    one = Officer.objects.filter(number=number, active=True, agency=found.agency_id).first()
    if one is None:
        raise services.FieldMissing(_("请选择本机关的人员"), fields=["to"])
    return one


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise services.FieldWrong(_("日期请写成 2026-03-02"), fields={"due": text}) from wrong


@require_POST
@requires("signed-in")
def matter_staff(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand-over, helpers, errands, supervision from above."""
    found, what = _found(request, pk), request.POST.get("what", "")
    told: dict[str, Any] = {
        "by": officer_of(request),
        "on": clock.today(),
        "expected_version": _version(request),
        "at": clock.now(),
    }
    words, due = request.POST.get("words", "")[:400], _day(request.POST.get("due", ""))
    if what == "hand-over":
        staffing.hand_over(found, to=_colleague(found, request.POST.get("to", "")), reason=words, **told)
    elif what == "helpers":
        staffing.set_helpers(
            found, helpers=[_colleague(found, number) for number in request.POST.getlist("to")], **told
        )
    elif what == "entrust":
        staffing.entrust(found, to=_colleague(found, request.POST.get("to", "")), what=words, due=due, **told)
    elif what == "supervise":
        staffing.supervise(found, reason=words, due=due, **told)
    elif what == "release":
        staffing.release(found, reason=words, **told)
    else:
        raise NotFound(_("没有这一步"), act=what)
    messages.success(request, _("已记录"))
    visible = queries.visible_to(told["by"]).filter(pk=pk).exists()
    return redirect("desk:matter", pk) if visible else redirect("desk:home")


@require_POST
@requires("signed-in")
def errand_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report an errand as done."""
    officer = officer_of(request)
    errand = Errand.objects.filter(pk=pk, to=officer).first()
    if errand is None:
        raise NotFound(_("没有这项等待您办理的交办事项"), number=pk)
    staffing.report(errand, by=officer, outcome=request.POST.get("outcome", "")[:400], on=clock.today(), at=clock.now())
    messages.success(request, _("已记录"))
    return redirect("desk:home")


@requires("signed-in")
def procedure_page(request: HttpRequest, kind: str) -> HttpResponse:
    """A procedure drawn from its definition: states, acts, who may, which clock, which article."""
    officer_of(request)
    law = policy.current()
    if kind not in law.sections.get("procedures", {}):
        raise NotFound(_("没有这种程序"), kind=kind)
    procedure = law.procedure(kind)
    here = request.GET.get("at", "")
    states = [
        {
            "title": named(procedure.states[state]),
            "here": state == here,
            "acts": [
                (named(act), act, named(procedure.states[act.to]) if act.to else "")
                for act in rules.acts_from(procedure, state).values()
            ],
        }
        for state in diagram.order(procedure)
    ]
    clocks = [
        (
            _clock_title(clock_),
            clock_,
            [named(procedure.acts[a]) if a in procedure.acts else _("立卷") for a in clock_.starts],
            [named(procedure.acts[a]) for a in clock_.stop],
        )
        for clock_ in procedure.clocks.values()
    ]
    context = {
        "procedure": procedure,
        "title": named(procedure),
        "drawing": diagram.svg(procedure, here),
        "states": states,
        "clocks": clocks,
    }
    return render(request, "desk/procedure.html", context)


def _clock_title(one: Any) -> str:
    return named(one) if one.title else named(policy.current().term(one.term))
