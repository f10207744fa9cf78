"""Objections and replies: at the counter the firm says them, at the desk an officer deals with them."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hengjian.ground import audit, policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Invalid, NotFound, Refusal
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import named, office
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure import services as procedure_acts
from hengjian.ground.procedure.models import Proceeding
from hengjian.ground.ui.days import asked
from hengjian.street.register import queries as register

from . import answering, forms, queries, services, telling
from .models import Entry
from .views import SHOWN, body_of, titles

TONES = {"received": "yellow", "flagged": "yellow", "upheld": "green", "shown": "green"}


def _officer(request: HttpRequest) -> Any:
    return request.officer  # type: ignore[attr-defined]


def _uscc(request: HttpRequest) -> str:
    return str(request.representative.uscc)  # type: ignore[attr-defined]


def _told(matter: Proceeding) -> dict[str, Any]:
    """A matter as both sides read it: state, clock, words, what was done."""
    on, definition = clock.today(), procedure.definition(matter.kind)
    task, events = procedure.task_of(matter, on), procedure.events_of(matter)
    done = [
        {"at": event.on.isoformat(), "title": named(definition.acts[event.act]), "note": event.body.get("reasons", "")}
        for event in events[1:] if event.act in definition.acts
    ]  # fmt: skip
    opened = {"at": matter.opened.isoformat(), "title": _("提出"), "note": ""}
    return {
        "matter": matter, "title": named(definition), "state": task.state_title, "tone": TONES.get(task.state, "grey"),
        "clock": task.clock, "said": str(events[0].body["text"]), "events": [opened, *done], "open": matter.closed is None,
        "may_retract": "retract" in definition.acts and task.state in definition.acts["retract"].source,
    }  # fmt: skip


@never_cache
@requires("counter.own")
def records(request: HttpRequest) -> HttpResponse:
    """The firm's own records, each with what it said to it and how far that has come."""
    uscc, form = _uscc(request), forms.AsOfForm(request.GET if request.GET.get("on") or request.GET.get("known") else None)
    told = form.cleaned_data if form.is_bound and form.is_valid() else {}
    on, known = told.get("on"), told.get("known")
    page = Paginator(queries.own_records(uscc, on=on, known=known), SHOWN).get_page(request.GET.get("page"))
    beside = queries.remarks_on([entry.seq for entry in page], on=on, known=known)
    rows = [(entry, titles(entry.entity.kind).get(entry.kind, entry.kind), _marks(beside.get(entry.seq, []))) for entry in page]
    context = {"entity": register.by_uscc(uscc), "page": page, "rows": rows, "matters": [_told(one) for one in queries.matters_of(uscc)[:20]],
               "form": form, "asked": bool(on or known)}  # fmt: skip
    return render(request, "ledger/records.html", context)


def _marks(remarks: list[Entry]) -> dict[str, Any]:
    about = [one for one in remarks if one.kind in ("objection", "objection-outcome")]
    return {"replies": sum(one.kind == "reply" for one in remarks), "objected": bool(about) and about[-1].kind == "objection"}


def _own(request: HttpRequest, seq: int) -> Entry:
    found = queries.own_records(_uscc(request)).filter(seq=seq).first()
    if found is None:
        raise NotFound(_("本企业没有这条记录"), seq=seq)
    return found


@never_cache
@requires("counter.own")
def record(request: HttpRequest, seq: int) -> HttpResponse:
    """One of the firm's own records: what it says, what the firm said to it, and the forms to say more."""
    entry = _own(request, seq)
    return _record(request, entry, {kind: forms.SaidForm(prefix=kind) for kind in answering.KINDS})


def _record(request: HttpRequest, entry: Entry, said: dict[str, forms.SaidForm], status: int = 200) -> HttpResponse:
    matters, days = list(queries.matters_on(entry)), asked(request.GET, clock.today())
    closing = queries.closing_of(entry)
    if closing and days.replayed and (closing.effective > days.on or (days.known and closing.recorded > queries.moment(days.known))):
        closing = None  # not on that day, or not to anybody's knowledge yet
    busy = {matter.kind for matter in matters if matter.closed is None}
    context = {
        "entry": entry, "title": titles(entry.entity.kind).get(entry.kind, entry.kind), "body": body_of(entry), "closing": closing, "asked": days,
        "masked": telling.beside(entry.kind, queries.redactions_of([entry.seq]).get(entry.seq, [])),
        "titles": titles(), "matters": [_told(matter) for matter in matters], "busy": busy, "forms": said,
        "days": {name: policy.current().term(f"ledger.objection.{name}").on(clock.today()).value for name in ("flag", "decide")},
    }  # fmt: skip
    return render(request, "ledger/record.html", context, status=status)


@require_POST
@requires("counter.own")
def say(request: HttpRequest, seq: int, kind: str) -> HttpResponse:
    """File an objection or a reply; what cannot be filed comes back with the words kept."""
    entry = _own(request, seq)
    said = {name: forms.SaidForm(request.POST if name == kind else None, prefix=name) for name in answering.KINDS}
    if kind not in said:
        raise NotFound(_("没有这件事"))
    if not said[kind].is_valid():
        return _record(request, entry, said, 422)
    file = answering.object_to if kind == "objection" else answering.reply_to
    actor = request.user.get_username()
    try:
        file(uscc=_uscc(request), entry=entry, text=said[kind].cleaned_data["text"], actor=actor, on=clock.today())
    except Invalid as refused:
        said[kind].add_error("text", str(refused))
        return _record(request, entry, said, 422)
    done = {"objection": _("已提出异议，作出机关将在期限内标注并核实"), "reply": _("已提交回应，审看有无自然人信息后与记录并列公示")}
    messages.success(request, done[kind])
    return redirect("ledger-counter:record", seq=seq)


@require_POST
@requires("counter.own")
def retract(request: HttpRequest, pk: int) -> HttpResponse:
    """The firm takes an objection or a reply back."""
    matter = queries.matters_of(_uscc(request)).filter(pk=pk).first()
    if matter is None:
        raise NotFound(_("本企业没有这件事"))
    answering.retract(uscc=_uscc(request), matter=matter, actor=request.user.get_username(), on=clock.today())
    messages.success(request, _("已撤回"))
    return redirect("ledger-counter:record", seq=answering.about(matter).seq)


@requires("counter.own")
def own_proof(request: HttpRequest, seq: int) -> HttpResponse:
    """The proof of one of the firm's own records, as a file that `verifier.py` checks."""
    entry = _own(request, seq)
    audit.record("export.proof", f"entry:{entry.seq}", actor=request.user.get_username())
    headers = {"Content-Disposition": f'attachment; filename="proof-{seq}.json"'}
    return JsonResponse(services.proof_of(seq), json_dumps_params={"ensure_ascii": False, "indent": 1}, headers=headers)


@requires("ledger.view")
def matter_list(request: HttpRequest) -> HttpResponse:
    """Objections and replies of the officer's agencies, open ones first by their deadline."""
    here = request.GET.get("tab", "open")
    found = queries.matters_for(_officer(request))
    kinds = {"open": found.filter(closed=None), "objection": found.filter(kind="objection"), "reply": found.filter(kind="reply")}
    asked = kinds.get(here, kinds["open"])
    page = Paginator(asked.order_by("opened", "pk") if here == "open" else asked, SHOWN).get_page(request.GET.get("page"))
    names = {"open": _("待办"), "objection": _("异议"), "reply": _("回应")}
    tabs = [{"href": f"?tab={key}", "title": title, "count": kinds[key].count(), "here": key == here} for key, title in names.items()]
    rows = [(_told(matter), register.by_uscc(matter.subject)) for matter in page]
    return render(request, "ledger/matter_list.html", {"page": page, "rows": rows, "tabs": tabs})


def _matter(request: HttpRequest, pk: int) -> Proceeding:
    found = queries.matters_for(_officer(request)).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("没有这件事，或者不在您的数据范围内"))
    return found


class UpholdForm(forms.ReasonForm):
    """Which way a wrong record is put right."""

    remedy = django_forms.ChoiceField(choices=(("withdraw", ""), ("correct", "")))


@never_cache
@requires("ledger.view")
def matter(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection or reply: the record, the firm's words, the clock, the acts lawful now."""
    return _matter_page(request, _matter(request, pk), None)


def _matter_page(request: HttpRequest, found: Proceeding, corrected: forms.CorrectionForm | None, status: int = 200) -> HttpResponse:
    entry = answering.about(found)
    acts = procedure.acts_open_to(found, _officer(request), clock.today())
    context = {
        "told": _told(found), "entry": entry, "title": titles().get(entry.kind, entry.kind), "body": body_of(entry),
        "acts": {name: named(act) for name, act in acts.items()}, "correction": corrected or forms.CorrectionForm(entry),
        "visible": queries.visible_to(_officer(request)).filter(seq=entry.seq).exists(),
        "clocks": procedure.clocks_of(found, clock.today()),
    }  # fmt: skip
    return render(request, "ledger/matter.html", context, status=status)


@require_POST
@requires("ledger.answer")
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Do one act in an objection or a reply."""
    found = _matter(request, pk)
    body: dict[str, Any] = {}
    if name in ("refuse", "return", "uphold"):
        form = UpholdForm(request.POST) if name == "uphold" else forms.ReasonForm(request.POST)
        if not form.is_valid():
            raise Invalid(_("请写明理由"))
        body = dict(form.cleaned_data)
    if body.get("remedy") == "correct":
        corrected = forms.CorrectionForm(answering.about(found), request.POST)
        if not corrected.is_valid():
            return _matter_page(request, found, corrected, 422)
        body["changed"] = corrected.changes()
    version = request.POST.get("version", "")
    procedure_acts.act(
        found, name, by=_officer(request), on=clock.today(), expected_version=int(version) if version.isdigit() else -1, body=body
    )
    messages.success(request, _("已办理"))
    return redirect("ledger:matter", pk=pk)


@never_cache
@requires("ledger.answer")
def amend(request: HttpRequest, seq: int) -> HttpResponse:
    """Correct or withdraw a record of the officer's own agency, with the reason (更正、撤回)."""
    entry = queries.entry_for(_officer(request), seq)
    _refuse_foreign(request, entry)
    corrected, reasons = forms.CorrectionForm(entry), forms.ReasonForm()
    if request.method == "POST":
        reasons = forms.ReasonForm(request.POST)
        if request.POST.get("remedy") == "withdraw":
            if reasons.is_valid():
                services.withdraw(by=_officer(request), entry=entry, on=clock.today(), because=reasons.cleaned_data["reasons"])
                messages.success(request, _("已撤回这条记录"))
                return redirect("ledger:entry", seq=seq)
        else:
            corrected = forms.CorrectionForm(entry, request.POST)
            if reasons.is_valid() and corrected.is_valid():
                because = reasons.cleaned_data["reasons"]
                true = answering.correct(by=_officer(request), entry=entry, on=clock.today(), because=because, changed=corrected.changes())
                messages.success(request, _("已更正，更正后的记录如下"))
                return redirect("ledger:entry", seq=true.seq)
    context = {"entry": entry, "title": titles().get(entry.kind, entry.kind), "correction": corrected, "reasons": reasons}
    return render(request, "ledger/amend.html", context, status=422 if request.method == "POST" else 200)


def _refuse_foreign(request: HttpRequest, entry: Entry) -> None:
    """Whoever made a record answers for it."""
    if not queries.issued_within(_officer(request), entry):
        raise Refusal(_("这条记录由%(issuer)s作出，只能由该机关更正或撤回") % {"issuer": office(entry.issuer.name)}, seq=entry.seq)
