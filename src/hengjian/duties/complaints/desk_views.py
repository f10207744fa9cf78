"""The desk of complaint officers: the inbox by deadline, one matter after another by keyboard, the filing with what is protected."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hengjian.ground import audit, policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotFound, Refusal
from hengjian.ground.people.access import may, requires
from hengjian.ground.people.language import named, title_in
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import forms as act_forms
from hengjian.ground.procedure import proposals, rules, services
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure.models import Paper, Proceeding
from hengjian.ground.ui import sheets
from hengjian.street.register import queries as register

from . import claimants, forms, handling, letters, places, queries, rewards, telling
from .models import Filing, Track

ROWS = 30
ASKED = ("tab", "kind", "category", "q")


def _officer(request: HttpRequest) -> Officer:
    return request.officer  # type: ignore[attr-defined, no-any-return]


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "")[:60] for name in ASKED if request.GET.get(name)}


@requires("complaints.handle")
def inbox(request: HttpRequest) -> HttpResponse:
    """Open matters of the officer's agencies, the nearest deadline first."""
    officer, on, asked = _officer(request), clock.today(), _asked(request)
    found = queries.inbox(officer, asked)
    page = queries.Listed(found.select_related("filing", "proceeding__owner", "agency"), ROWS).get_page(request.GET.get("page"))
    here = asked.get("tab", "open")
    counts = queries.counts(officer, on)
    titles = {"open": _("全部待办"), "mine": _("我承办的"), "unowned": _("待认领"), "done": _("已办结")}
    tabs = [{"href": f"?tab={key}", "title": title, "count": counts.get(key), "here": key == here} for key, title in titles.items()]
    kinds = [(kind, named(procedure.definition(kind))) for kind in Track.KINDS if kind in policy.current().sections["procedures"]]
    categories = [(code, named(item)) for code, item in policy.current().catalogue("complaint-categories").on(on).items()]
    context = {
        "page": page, "lines": queries.lines(list(page), on), "tabs": tabs, "asked": asked, "kinds": kinds, "categories": categories,
        "late": counts["late"], "more": page.paginator.count == queries.MOST, "most": queries.MOST, "titles": dict(kinds),
    }  # fmt: skip
    return render(request, "complaints/inbox.html", context)


@requires("complaints.handle")
def export(request: HttpRequest) -> HttpResponse:
    """The list as a file, without persons; every row says who took it out and when."""
    officer, on, asked = _officer(request), clock.today(), _asked(request)
    found = queries.inbox(officer, asked)
    mark = f"{officer.number} {clock.now().astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
    heads = [_("登记编号"), _("编号"), _("类型"), _("经营者"), _("类别"), _("收到"), _("状态"), _("期限"), _("承办"), _("导出人和时间")]
    rows = (
        (
            track.filing.number, track.proceeding.number, named(procedure.definition(track.proceeding.kind)), track.filing.firm_name,
            title_in("complaint-categories", track.filing.category), track.filing.received,
            named(procedure.definition(track.proceeding.kind).states[track.state]), track.due,
            track.proceeding.owner.name if track.proceeding.owner else "", mark,
        )
        for track in found.select_related("filing", "proceeding__owner")[: sheets.MOST].iterator(2000)
    )  # fmt: skip
    filters = asked | {"on": on.isoformat()}
    return sheets.export("complaints", heads, rows, of=found.count(), by=officer, subject="complaints", filters=filters)


def _track(request: HttpRequest, pk: int) -> Track:
    found = queries.tracks_for(_officer(request)).select_related("filing__entity", "filing__agency", "proceeding").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("没有这件投诉举报，或不在您的数据范围内"), number=pk)
    return found


@never_cache
@requires("complaints.handle")
def work(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter of the inbox: what was told, the clock, the lawful acts; after an act the next matter follows."""
    track, officer, on = _track(request, pk), _officer(request), clock.today()
    matter = procedure.with_events(Proceeding.objects.filter(pk=track.proceeding_id)).get()
    definition, events = procedure.definition(matter.kind), procedure.events_of(matter)
    acts = {
        name: act for name, act in procedure.acts_open_to(matter, officer, on).items() if not procedure.hindrances(matter, name, on, events)
    }  # fmt: skip
    chosen = request.GET.get("act") or (next(iter(acts)) if len(acts) == 1 else "")
    form = None
    if chosen in acts:
        form = act_forms.form_for(acts[chosen], definition, rules.said(events), *((request.POST,) if request.method == "POST" else ()), on=on)
        if request.method == "POST" and form.is_valid():
            try:
                _act(matter, chosen, form, officer, request)
            except Refusal as wrong:
                form.add_error(None, str(wrong))
            else:
                done = _("已提请批准：%(act)s") if acts[chosen].confirm else _("已办理：%(act)s")
                messages.success(request, f"{matter.number} {done % {'act': named(acts[chosen])}}")
                return _onwards(request, track)
    if request.method == "GET":
        audit.record("complaints.read", f"filing:{track.filing.number}", by=officer)
    after = _next(request, track)
    context = {
        "track": track, "matter": matter, "filing": track.filing, "kind_title": named(definition), "text": telling.shown_text(track.filing),
        "line": queries.lines([track], on)[0], "acts": [(name, named(act), name == chosen) for name, act in acts.items()], "form": form,
        "chosen": acts.get(chosen), "chosen_title": named(acts[chosen]) if chosen in acts else "", "titles": telling.titles(track.filing),
        "after": after, "asked": _asked(request), "signals": claimants.signals_of(track.filing, on), "standing": claimants.standing(track.filing, on),
        "others": list(track.filing.tracks.exclude(pk=track.pk).select_related("proceeding").order_by("pk")),
        "files": list(matter.attachments.order_by("position")),
    }  # fmt: skip
    return render(request, "complaints/work.html", context, status=422 if form is not None and form.errors else 200)


def _act(matter: Proceeding, act: str, form: act_forms.FieldsForm, officer: Officer, request: HttpRequest) -> None:
    """Take the matter where nobody has it, then do or propose the act with the version that was seen."""
    on, at = clock.today(), clock.now()
    version = int(request.POST.get("version") or -1)
    if matter.owner_id is None and matter.version == version and officer.agency_id == matter.agency_id:
        handling.take(Track.objects.get(proceeding=matter), by=officer, on=on, at=at)
        version += 1
    command = proposals.propose if form.procedure.acts[act].confirm else services.act
    fresh = Proceeding.objects.select_related("agency", "owner", "opener").get(pk=matter.pk)
    command(fresh, act, by=officer, on=on, expected_version=version, body=form.kept(), at=at)


def _next(request: HttpRequest, track: Track) -> Track | None:
    """The matter that follows this one in the inbox as it was asked for."""
    found = queries.inbox(_officer(request), _asked(request)).exclude(pk=track.pk)
    later = found.filter(due__gt=track.due) | found.filter(due=track.due, pk__gt=track.pk) if track.due else found
    return later.first() or found.first()


def _onwards(request: HttpRequest, track: Track) -> HttpResponse:
    after = _next(request, track)
    words = request.GET.copy()
    words.pop("act", None)
    query = f"?{words.urlencode()}" if words else ""
    answer = redirect("complaints:work", after.pk) if after else redirect("complaints:inbox")
    answer["Location"] += query
    return answer


@never_cache
@requires("complaints.handle")
def filing(request: HttpRequest, pk: int) -> HttpResponse:
    """A filing whole: account, correspondence, where it was sent, letters; each reading is recorded."""
    found = queries.filing_for(_officer(request), pk)
    audit.record("complaints.read", f"filing:{found.number}", by=_officer(request))
    return _filing(request, found)


def _filing(request: HttpRequest, found: Filing, status: int = 200, **more: Any) -> HttpResponse:
    on, tracks = clock.today(), queries.tracks_of(found)
    before = found.dispatches.order_by("position").last()
    back = before.sender if before and before.sender_id and before.sender_id != found.agency_id else None
    ways = ["transfer", *(["return"] if back else []), *(["dispatch"] if may(request, "complaints.take") else [])]
    papers = [
        (track, paper, named(policy.current().document(paper.form)), policy.current().catalogue(letters.WORDING).items[paper.form].extra["to"] == "both")
        for track in tracks
        for paper in Paper.objects.filter(proceeding=track.proceeding).order_by("pk")
        if letters.known(paper.form)
    ]
    report = next((track for track in tracks if track.kind == "report"), None)
    context = {
        "filing": found, "lines": queries.lines(tracks, on), "titles": telling.titles(found), "back": back, "papers": papers,
        "dispatches": list(found.dispatches.select_related("sender", "receiver", "by").order_by("position")), "has_person": hasattr(found, "person"),
        "messages_of": list(found.messages.select_related("by").order_by("-pk")), "signals": claimants.signals_of(found, on),
        "send_form": forms.SendForm(ways=ways, receivers=places.receivers(found.agency), on=on), "open": any(track.open for track in tracks),
        "entity_open": found.entity_id and register.visible_to(_officer(request)).filter(pk=found.entity_id).exists(),
        "firm_words": [word for name, word in found.firm.items() if name != "unfound" and not (name == "uscc" and found.entity_id)],
        "standing": claimants.standing(found, on), "serial_form": forms.SerialForm(), "sign": _signing(found, on),
        "rewardable": report if report and rewards.case_of(report) and not any(t.kind == "reward" for t in tracks) else None, **more,
    }  # fmt: skip
    found.messages.filter(side="citizen", seen_at=None).update(seen_at=clock.now())
    return render(request, "complaints/filing.html", context, status=status)


def _signing(found: Filing, on: Any) -> Any:
    """The clock of acceptance of a work order, beside that of its receipt; none for other filings."""
    term = "complaints.12345-order-receipt.general"
    if not found.dispatched_at or term not in policy.current().sections["terms"]:
        return None
    deadline = policy.current().deadline(term, {"dispatched": found.dispatched_at.astimezone(clock.SHANGHAI).date()})
    return {"deadline": deadline, "signed": found.signed_at}


@require_POST
@requires("complaints.handle")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Who filed: shown once, with a reason that is kept."""
    found = queries.filing_for(_officer(request), pk)
    reason = request.POST.get("reason", "").strip()[:200]
    if not reason:
        messages.error(request, _("请写明查看的理由"))
        return redirect("complaints:filing", pk)
    told = handling.read_person(found, by=_officer(request), held=request.powers, reason=reason)  # type: ignore[attr-defined]
    return _filing(request, found, person=told)


@require_POST
@requires("complaints.handle")
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it on or back."""
    found, on = queries.filing_for(_officer(request), pk), clock.today()
    to = Agency.objects.filter(code=request.POST.get("to", "")).first()
    way = request.POST.get("way", "")
    if way == "return":
        last = found.dispatches.order_by("position").last()
        to = last.sender if last else None
    if to is None:
        raise NotFound(_("没有这个机关"))
    reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
    handling.send(found, by=_officer(request), to=to, reason=reason, way=way, on=on, at=clock.now(), note=note)
    messages.success(request, _("已送 %(agency)s，期限仍从最初收到起算") % {"agency": to.name})
    return redirect("complaints:inbox")


@require_POST
@requires("complaints.take")
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign for a work order."""
    found = queries.filing_for(_officer(request), pk)
    handling.sign(found, by=_officer(request), on=clock.today(), at=clock.now())
    messages.success(request, _("已签收"))
    return redirect("complaints:filing" if may(request, "complaints.handle") else "complaints:imports", *([pk] if may(request, "complaints.handle") else []))


@require_POST
@requires("complaints.handle")
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to whoever filed."""
    found = queries.filing_for(_officer(request), pk)
    handling.write(found, by=_officer(request), text=request.POST.get("text", ""), on=clock.today(), at=clock.now())
    messages.success(request, _("已发出"))
    return redirect("complaints:filing", pk)


@require_POST
@requires("complaints.handle")
def serial(request: HttpRequest, pk: int) -> HttpResponse:
    """A person decides about a claimant the declared rule points at."""
    found = queries.filing_for(_officer(request), pk)
    form = forms.SerialForm(request.POST)
    if not form.is_valid():
        return _filing(request, found, 422, serial_form=form)
    claimants.decide(found, by=_officer(request), serial=form.cleaned_data["serial"] == "yes", reason=form.cleaned_data["reason"], on=clock.today())
    messages.success(request, _("已记载认定"))
    return redirect("complaints:filing", pk)


@require_POST
@requires("complaints.handle")
def reward(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the matter of a reward."""
    found = queries.filing_for(_officer(request), pk)
    report = found.tracks.filter(kind="report").select_related("proceeding", "filing", "lead").first()
    if report is None:
        raise NotFound(_("这件登记里没有举报"))
    made = rewards.begin(report, by=_officer(request), on=clock.today(), at=clock.now())
    return redirect("complaints:work", made.pk)


@requires("complaints.handle")
def letter(request: HttpRequest, pk: int, paper: int, to: str) -> HttpResponse:
    """One letter as PDF; it may name who filed, so each print is recorded."""
    track = _track(request, pk)
    found = Paper.objects.filter(proceeding=track.proceeding, pk=paper).select_related("event", "agency", "proceeding").first()
    if found is None or not letters.known(found.form):
        raise NotFound(_("没有这份文书"), number=track.proceeding.number)
    audit.record("complaints.letter", f"filing:{track.filing.number}", by=_officer(request), paper=found.number or found.form, to=to)
    pdf = letters.pdf(track.proceeding, found, to_firm=to == "firm")
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="letter-{found.pk}.pdf"'})
