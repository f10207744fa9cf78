"""What a citizen sees of a filing with its number and query code: how it stands, letters to and fro, what may be done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotFound, Refusal
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import named
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure.attachments import BadFile
from hengjian.ground.procedure.models import Event, Proceeding

from . import citizens, claimants, forms, odr, queries, rereading, telling, watch_forms
from .models import Filing, Track

OPENED = "complaints.opened"  # in the session: the filing whose code was told
LIVES = 1800  # seconds
# What is told of a matter on this page: never what was found about the firm, nor by whom.
TOLD = frozenset({"offer", "promised", "terms", "refusal", "ground", "unit", "until", "answer", "meeting", "place"})


@never_cache
@requires("public")
def ask(request: HttpRequest) -> HttpResponse:
    """Number and code."""
    form = forms.StatusForm(request.POST or None, initial={"number": request.GET.get("number", "")})
    if request.method == "POST" and form.is_valid():
        try:
            found = queries.by_code(form.cleaned_data["number"], form.cleaned_data["code"], request.META.get("REMOTE_ADDR", ""), clock.now())
        except Refusal as wrong:
            form.add_error(None, str(wrong))
        else:
            request.session[OPENED] = {"filing": found.pk, "at": clock.now().timestamp()}
            return redirect("complaints_public:status")
    return render(request, "complaints/ask.html", {"form": form}, status=422 if form.errors else 200)


def _opened(request: HttpRequest) -> Filing | None:
    told = request.session.get(OPENED)
    if not told or clock.now().timestamp() - told["at"] > LIVES:
        return None
    return Filing.objects.filter(pk=told["filing"]).select_related("entity", "agency").first()


def _must(request: HttpRequest) -> Filing:
    found = _opened(request)
    if found is None:
        raise NotFound(_("请重新输入登记编号和查询码"))
    return found


@never_cache
@requires("public")
def status(request: HttpRequest) -> HttpResponse:
    """How each matter stands, its deadline, what was written."""
    found = _opened(request)
    if found is None:
        return redirect("complaints_public:ask")
    return _status(request, found, forms.AddForm())


def _status(request: HttpRequest, found: Filing, form: forms.AddForm, status: int = 200) -> HttpResponse:
    on = clock.today()
    tracks = queries.tracks_of(found)
    Filing.objects.get(pk=found.pk).messages.filter(side="bureau", seen_at=None).update(seen_at=clock.now())
    context = {
        "filing": found, "rows": [_row(track, on) for track in tracks], "messages_of": list(found.messages.order_by("-pk")), "form": form,
        "open": any(track.open for track in tracks), "titles": telling.titles(found),
        "answers": [(code, title) for code, title in watch_forms.ANSWERS.items() if code != "unreached"],
    }  # fmt: skip
    return render(request, "complaints/status.html", context, status=status)


def _row(track: Track, on: Any) -> dict[str, Any]:
    matter = procedure.with_events(Proceeding.objects.filter(pk=track.proceeding_id)).get()
    task, definition = procedure.task_of(matter, on), procedure.definition(matter.kind)
    return {
        "track": track, "title": named(definition), "state": task.state_title, "clock": task.clock if track.open else None,
        "may_withdraw": citizens.may_withdraw(track), "agency": matter.agency.name, "report": track.kind == "report",
        "may_rate": track.kind in ("complaint", "odr") and not track.open and not hasattr(track, "call_back"),
        "offer": _offer(matter) if track.kind == "odr" and task.state == "answered" else None,
    }  # fmt: skip


def _offer(matter: Proceeding) -> dict[str, Any]:
    last = Event.objects.filter(proceeding=matter, act="answer").order_by("-position").first()
    return dict(last.body) if last else {}


@require_POST
@requires("public")
def add(request: HttpRequest) -> HttpResponse:
    """Add words and files."""
    found, form = _must(request), forms.AddForm(request.POST, request.FILES)
    if form.is_valid():
        given = [(one.name or "", one.read()) for one in form.cleaned_data["papers"]]
        try:
            citizens.add(found, text=form.cleaned_data["text"], files=given, on=clock.today(), at=clock.now())
        except (Refusal, BadFile) as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("已补充，承办人会看到"))
            return redirect("complaints_public:status")
    return _status(request, found, form, 422)


@require_POST
@requires("public")
def withdraw(request: HttpRequest, kind: str) -> HttpResponse:
    """Take one matter back; the others go on."""
    citizens.withdraw(_must(request), kind, on=clock.today(), at=clock.now())
    said = _("已记载；线索仍会核查") if kind == "report" else _("已撤回；另一件不受影响")
    messages.success(request, said)
    return redirect("complaints_public:status")


@require_POST
@requires("public")
def settle(request: HttpRequest, act: str) -> HttpResponse:
    """Accept what the firm offers, or go on to a complaint."""
    found = _must(request)
    track = found.tracks.filter(kind="odr", open=True).select_related("proceeding__agency").first()
    if track is None or act not in ("accept", "go-on"):
        raise NotFound(_("没有这一步"))
    if act == "accept":
        odr.accept(track, on=clock.today(), at=clock.now())
        messages.success(request, _("已接受；到承诺日期后会核对商家是否履行"))
    else:
        odr.go_on(track, on=clock.today(), at=clock.now())
        messages.success(request, _("已转为投诉，市场监管部门将在期限内决定是否受理"))
    return redirect("complaints_public:status")


@requires("public")
def claimants_page(request: HttpRequest) -> HttpResponse:
    """The declared rule on serial claimants, and how it was used."""
    refused = Event.objects.filter(act="refuse", proceeding__kind__in=("complaint", "complaint-2020"), body__refusal="3").aggregate(n=Count("pk"))["n"]
    return render(request, "complaints/claimants.html", {**claimants.published(clock.today()), "refused": refused})


@require_POST
@requires("public")
def rate(request: HttpRequest, kind: str) -> HttpResponse:
    """The citizen says how it went, instead of being called."""
    found = _must(request)
    track = get_object_or_404(found.tracks, kind=kind)
    try:
        rereading.call(track, by=None, answer=request.POST.get("answer", ""), words=request.POST.get("words", ""), on=clock.today())
        messages.success(request, _("谢谢您的评价"))
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect("complaints_public:status")
