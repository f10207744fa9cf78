from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from . import queries
from .access import requires


@requires("people.view")
def agency_list(request: HttpRequest) -> HttpResponse:
    agencies = queries.agencies_visible_to(request.officer)  # type: ignore[attr-defined]
    return render(request, "people/agency_list.html", {"agencies": agencies})
