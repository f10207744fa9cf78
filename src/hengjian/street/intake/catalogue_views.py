"""The catalogue as pages and documents: open to everybody, and the same inside the desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import named

from . import catalogue, returning, services


def _shown(request: HttpRequest, template: str, context: dict[str, Any], *, desk: bool) -> HttpResponse:
    space = "intake" if desk else "intake_public"
    place = {"shell": "ui/desk.html" if desk else "ui/portal.html", "desk": desk, "home": reverse(f"{space}:catalogue"), "open": reverse("intake_public:catalogue")}
    return render(request, f"intake/{template}.html", context | place)


def _catalogue(request: HttpRequest, *, desk: bool) -> HttpResponse:
    return _shown(request, "catalogue", {"items": catalogue.items(clock.today()), "version": policy.current().version}, desk=desk)


def _item(request: HttpRequest, kind: str, *, desk: bool) -> HttpResponse:
    services.known_kind(policy.current(), kind)
    return _shown(request, "catalogue_item", {"item": catalogue.item(kind, clock.today())}, desk=desk)


@requires("intake.view")
def desk_list(request: HttpRequest) -> HttpResponse:
    """Every kind of record with what is promised of it."""
    return _catalogue(request, desk=True)


@requires("intake.view")
def desk_item(request: HttpRequest, kind: str) -> HttpResponse:
    """The contract of one kind of record."""
    return _item(request, kind, desk=True)


@requires("public")
def public_list(request: HttpRequest) -> HttpResponse:
    """The same for everybody."""
    return _catalogue(request, desk=False)


@requires("public")
def public_item(request: HttpRequest, kind: str) -> HttpResponse:
    return _item(request, kind, desk=False)


@requires("public")
def codes(request: HttpRequest, name: str) -> HttpResponse:
    """A code list with every code."""
    found = catalogue.codes(name)
    rows = [(code, named(one)) for code, one in found.items.items()]
    return _shown(request, "catalogue_codes", {"name": name, "title": named(found), "found": found, "rows": rows}, desk=False)


def _json(found: dict[str, Any], media: str = "application/json") -> JsonResponse:
    answer = JsonResponse(found, json_dumps_params={"ensure_ascii": False}, content_type=f"{media}; charset=utf-8")
    answer["Access-Control-Allow-Origin"] = "*"  # nothing here is anybody's secret: a catalogue of catalogues may read it
    return answer


@requires("public")
def codes_json(request: HttpRequest, name: str) -> JsonResponse:
    """A code list for machines."""
    return _json(catalogue.listed(name), "application/ld+json")


@requires("public")
def dcat(request: HttpRequest) -> JsonResponse:
    """The catalogue as DCAT for machines."""
    return _json(catalogue.dcat(clock.today(), request.build_absolute_uri(reverse("intake_public:catalogue"))), "application/ld+json")


@requires("public")
def contract(request: HttpRequest, kind: str) -> JsonResponse:
    """The contract of one kind for machines."""
    services.known_kind(policy.current(), kind)
    return _json(catalogue.contract(catalogue.item(kind, clock.today())))


@requires("public")
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty workbook of a kind, with what each column may hold."""
    services.known_kind(policy.current(), kind)
    headers = {"Content-Disposition": f'attachment; filename="{kind}.xlsx"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(returning.template_xlsx(kind), content_type=returning.XLSX, headers=headers)
