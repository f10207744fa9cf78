"""What the phone asks for: the list, the form, drafts, pictures, the key of its store. Pages under /desk/inspection/."""

from __future__ import annotations

import json
import secrets
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Invalid
from hengjian.ground.people.access import requires
from hengjian.ground.people.errors import problem
from hengjian.ground.people.language import named

from . import arrivals, drafts, forms, queries, rules, services, showing
from .errors import AlreadyRecorded, BadFinding, BadPhoto, DraftMoved, NotOnTeam
from .models import Visit

ROWS = 20
OWN = ("csrfmiddlewaretoken", "base", "device")  # fields of the page itself, no part of the form


def _officer(request: HttpRequest) -> Any:
    return request.officer  # type: ignore[attr-defined]


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _device(given: object) -> str:
    """The name a device gave itself."""
    text = str(given or "")
    return text[:64] if text.replace("-", "").isalnum() else "page"


@never_cache  # nothing of a firm stays in the cache of the browser: what the phone keeps is encrypted
@requires("inspection.record")
def visit_list(request: HttpRequest) -> HttpResponse:
    """My visits: those still to be made, nearest day first, and the last ones made."""
    mine, on = queries.mine(_officer(request)), clock.today()
    waiting = [showing.row_of(visit) for visit in mine.filter(recorded=False)]
    done = [showing.row_of(visit) for visit in mine.filter(recorded=True).order_by("-pk")[:ROWS]]
    late = sum(row["visit"].due < on for row in waiting)
    return render(request, "inspection/visit_list.html", {"waiting": waiting, "done": done, "late": late, "on": on})


@requires("inspection.record")
def shell(request: HttpRequest) -> HttpResponse:
    """The page that the phone opens without signal: it holds nothing and fills itself from the store of the device."""
    return render(request, "inspection/shell.html")


@require_POST
@never_cache
@requires("inspection.record")
def key(request: HttpRequest) -> HttpResponse:
    """The half of the key that only a signed-in officer gets (docs/adr/0008-field-work.md)."""
    text = f"{_officer(request).number}:{_device(request.POST.get('device'))}"
    return JsonResponse({"key": salted_hmac("hengjian.inspection.field", text, algorithm="sha256").hexdigest()})


@never_cache
@requires("inspection.record")
def visit_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The one form for all items. A script sends it by itself and again after signal loss; without script it is a form."""
    officer = _officer(request)
    found = queries.visit_of(officer, pk)
    if request.method == "POST":
        return _sent(request, found)
    if found.recorded or officer not in found.officers.all():  # type: ignore[attr-defined]
        return redirect("inspection:visit", pk=pk)
    return _form(request, found, rules.Finding(path="", disposal=""), secrets.token_hex(16), {})


def _sent(request: HttpRequest, found: Visit) -> HttpResponse:
    data = {name: request.POST.get(name, "") for name in request.POST}
    several = {name: request.POST.getlist(name) for name in ("codes", "photos")}
    finding, token = forms.finding_of(data, several, found.items), data.get("token", "")
    place = reverse("inspection:visit", kwargs={"pk": found.pk})
    entries = [[name, value] for name in request.POST if name not in OWN for value in request.POST.getlist(name)]
    try:
        if "base" in data and not queries.has_result(found, token):
            _draft(request, found, entries, data["base"], data.get("device"))
        services.record_result(found, finding, token=token, by=_officer(request), at=clock.now())
    except BadFinding as refusal:
        fields = {name: wrong.told(_) for name, wrong in refusal.facts["fields"].items()}
        if _wants_json(request):
            return problem(422, refusal.code, refusal.told(_), fields=fields)
        return _form(request, found, finding, token, fields, status=422)
    except (DraftMoved, AlreadyRecorded) as refusal:
        if _wants_json(request):
            return problem(409, refusal.code, refusal.told(_), **refusal.facts)
        return _form(request, found, finding, token, {"draft": refusal.told(_)}, status=409)
    if _wants_json(request):
        return JsonResponse({"location": place})
    messages.success(request, _("检查结果已录入"))
    return redirect(place)


def _draft(request: HttpRequest, found: Visit, entries: list[list[str]], base: object, device: object) -> Any:
    """Keep a draft; an arrival noted in it is noted at once."""
    officer, at = _officer(request), clock.now()
    if officer not in found.officers.all():
        raise NotOnTeam(_("您不在这次检查的检查组，不能填写检查表"))
    if not str(base).isdecimal() or len(entries) > drafts.MOST_ENTRIES or any(len(v) > drafts.LONGEST for _n, v in entries):
        raise Invalid(_("检查表底稿无法识别，请重新打开本页"))
    kept = drafts.save(found, entries, base=int(str(base)), device=_device(device), by=officer, at=at)
    told = dict(entries)
    if arrived := forms.moment_of(told.get("arrived", "")):
        arrivals.arrive(found, arrived=arrived, place=rules.place_of(told.get("place", "")), by=officer, at=at)
    return kept


@require_POST
@requires("inspection.record")
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what a device has so far. 409 `draft_moved`: another device was first; both are kept, its version is told."""
    found = queries.visit_of(_officer(request), pk)
    try:
        said = json.loads(request.body)
        entries = [[str(name), str(value)] for name, value in said["entries"] if name not in OWN]
        kept = _draft(request, found, entries, said["base"], said.get("device"))
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(_("检查表底稿无法识别，请重新打开本页")) from error
    except DraftMoved as refusal:
        return problem(409, refusal.code, refusal.told(_), **refusal.facts)
    return JsonResponse({"version": kept.version})


def _form(
    request: HttpRequest, found: Visit, finding: rules.Finding, token: str, wrong: dict[str, str], status: int = 200
) -> HttpResponse:
    on = clock.today()
    given = {answer.item: answer for answer in finding.answers}
    head = queries.head_draft(found)
    context = {
        "visit": found, "token": token, "wrong": wrong, "finding": finding, "paths": forms.PATHS, "answers": forms.ANSWERS,
        "parts": [
            part | {"items": [item | {"given": given.get(item["code"]), "wrong": wrong.get(f"item:{item['code']}", "")} for item in part["items"]]}
            for part in showing.parts_of(found)
        ],
        "results": _results(finding, on), "photos": queries.photos_of(found), "disposals": showing.listed(queries.DISPOSALS, on),
        "methods": showing.listed(queries.METHODS, on), "method": finding.method or "1", "most": forms,
        "base": head.version if head else 0, "draft": {"version": head.version, "entries": head.entries} if head else None,
        "address": request.build_absolute_uri(reverse("inspection_public:visit", args=[found.code])),
        "certificates": showing.certificates_of(found, on), "returned": showing.returned(found), "signers": showing.signers(found, _officer(request)),
    }  # fmt: skip
    return render(request, "inspection/visit_form.html", context, status=status)


def _results(finding: rules.Finding, on: date) -> dict[str, Any]:
    """Result codes in three groups: nothing found; something found; the rest, seldom needed."""
    listed = policy.current().catalogue(queries.RESULTS).on(on)
    items = [item for code, item in listed.items() if code not in rules.CODE_OF.values()]
    clean = [item for item in items if item.code == rules.NO_PROBLEM]
    found = [item for item in items if item.extra.get("negative") or item.code == rules.CORRECTED]
    other = [item for item in items if item not in clean and item not in found]
    groups = {"clean": clean, "found": found, "other": other}
    told: dict[str, Any] = {name: [(item.code, named(item)) for item in group] for name, group in groups.items()}
    return told | {"open": any(item.code in finding.codes for item in other)}


@require_POST
@requires("inspection.record")
def photo_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep one picture; answers its digest."""
    found = queries.visit_of(_officer(request), pk)
    upload = request.FILES.get("photo")
    if upload is None:
        raise BadPhoto(_("请选择一张照片"))
    told = {name: request.POST.get(name, "") for name in ("item", "taken", "place")}
    kept = services.add_photo(
        found, upload.read(), by=_officer(request), at=clock.now(), item=told["item"], taken=forms.moment_of(told["taken"]),
        place=rules.place_of(told["place"]),
    )  # fmt: skip
    return JsonResponse({"sha256": kept.sha256, "size": kept.size, "width": kept.width, "height": kept.height})


@requires("inspection.record")
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: it must be served from the folder it looks after, and is told where static files lie."""
    script = Path(str(finders.find("inspection/worker.js"))).read_text(encoding="utf-8")
    told = f"const STATIC_AT = {json.dumps(static(''))};\n{script}"
    return HttpResponse(told, content_type="text/javascript", headers={"Cache-Control": "no-cache"})
