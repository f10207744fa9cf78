from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hengjian.ground import policy
from hengjian.ground.people.access import requires


@requires("public")
def home(request: HttpRequest) -> HttpResponse:
    law = policy.current()
    counts = {section: len(law.sections[section]) for section in ("sources", "terms", "catalogues")}
    return render(request, "portal/home.html", {"law_version": law.version, "counts": counts})
