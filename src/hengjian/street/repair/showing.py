"""What the counter and the desk show alike: a matter in short, the form of an application, papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.ground import documents, policy
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people.language import named, title_in
from hengjian.ground.procedure import printing as kernel
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure import rules as acts
from hengjian.ground.procedure.models import Paper, Proceeding
from hengjian.street.assessment.telling import kind_title

from . import forms, printing, services, telling
from .models import Application
from .queries import Standing

TONES = {
    "received": "yellow", "incomplete": "red", "accepted": "blue", "granted": "green", "done": "green", "decided": "green", "synced": "green",
    "refused": "grey", "declined": "grey", "answered": "grey", "retracted": "grey",
}  # fmt: skip
HEADS = {
    "matters": (gettext_lazy("申请"), gettext_lazy("提交日期"), gettext_lazy("状态"), gettext_lazy("期限")),
    "records": (gettext_lazy("选择"), gettext_lazy("记录"), gettext_lazy("作出"), gettext_lazy("今天能不能申请")),
    "choose": (gettext_lazy("选择"), gettext_lazy("记录"), gettext_lazy("今天能不能申请")),
    "desk": (gettext_lazy("案号"), gettext_lazy("企业"), gettext_lazy("记录"), gettext_lazy("收到"), gettext_lazy("状态"), gettext_lazy("期限")),
}  # fmt: skip


def numbers(several: Sequence[str]) -> set[int]:
    return {int(one) for one in several if one.isdecimal() and len(one) < 19}


def matter(application: Application, found: Proceeding, on: date) -> dict[str, Any]:
    """A matter as both sides read it: the record, where it stands, by when, what was done and why."""
    definition, task, events = procedure.definition(found.kind), procedure.task_of(found, on), procedure.events_of(found)
    standing = {event.position for event in acts.effective(events)}
    done = [
        {"at": event.on.isoformat(), "title": named(definition.acts[event.act]), "note": _note(event.body)}
        for event in events[1:] if event.act in definition.acts and event.position in standing
    ]  # fmt: skip
    allowed = acts.acts_from(definition, task.state)
    opened = {"at": found.opened.isoformat(), "title": _("提交申请"), "note": title_in("repair-channels", application.channel)}
    return {
        "application": application, "matter": found, "record": application.entry, "open": found.closed is None,
        "title": f"{kind_title(application.entry.kind, application.entity.kind)} {application.entry.document}".strip(), "state": task.state_title, "code": task.state,
        "tone": TONES.get(task.state, "grey"), "clock": task.clock if found.closed is None else None, "events": [opened, *done],
        "missing": acts.said(events).get("missing", "") if task.state == "incomplete" else "",
        "may_supply": "supply" in allowed or "amend" in allowed, "may_retract": "retract" in allowed and not application.peer,
        "remedies": [named(remedy) for remedy in definition.remedies if task.state in remedy.states],
    }  # fmt: skip


def _note(body: Any) -> str:
    told = [title_in("repair-refusals", body["refusal"])] if body.get("refusal") else []
    return _("；").join([*told, *(str(body[name]) for name in ("missing", "reasons", "said") if body.get(name))])


def apply_form(request: HttpRequest, found: Sequence[Standing], *, strict: bool) -> forms.ApplyForm:
    """The form with the materials that any of the records needs."""
    needed = {item.code: item for one in found for item in one.answer.materials}
    spared = {item.code: item for one in found for item in one.answer.spared if item.code not in needed}
    given = (request.POST, request.FILES) if request.method == "POST" and "send" in request.POST else ()
    return forms.ApplyForm(*given, needed=needed.values(), spared=spared.values(), strict=strict)


def apply_page(form: forms.ApplyForm, found: Sequence[Standing], on: date) -> dict[str, Any]:
    promise = policy.current().catalogue(services.COMMITMENT)
    return {
        "form": form, "told": [telling.standing(one) for one in found], "on": on, "promise": [named(item) for item in promise.rows],
        "promise_title": named(promise), "entity": found[0].entry.entity,
    }  # fmt: skip


def papers(found: Proceeding) -> list[tuple[Paper, str]]:
    """Papers of a matter that were not made void, with their titles."""
    law = policy.current()
    rows = Paper.objects.filter(proceeding=found, voided=None).order_by("pk")
    return [(one, named(law.document(one.form))) for one in rows]


def application_pdf(found: Proceeding) -> HttpResponse:
    """The application with its commitment."""
    pdf = documents.render("repair-letter", printing.application(found), on=found.opened)
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": 'inline; filename="application.pdf"'})


def paper(found: Proceeding, pk: int) -> HttpResponse:
    """One paper as PDF."""
    one = Paper.objects.filter(proceeding=found, pk=pk).select_related("event__by", "event__second").first()
    if one is None:
        raise NotFound(_("没有这份文书"), number=found.number)
    pdf = documents.render(kernel.template_of(one), kernel.data_of(found, one), on=one.on)
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="paper-{one.pk}.pdf"'})
