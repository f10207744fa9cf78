"""Where every address leads. Houses bring their own urls.py; a public_urls.py is served outside
the desk, a counter_urls.py at the counter of enterprises."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from hengjian.ground.people.access import requires

from . import houses


def _mount(storey: str, module: str, prefix: str) -> list[URLPattern | URLResolver]:
    found = (f"hengjian.{storey}.{house}.{module}" for house in houses.houses(storey))
    return [path(f"{prefix}{name.split('.')[-2]}/", include(name)) for name in found if find_spec(name)]


def _door(name: str, prefix: str) -> list[URLPattern | URLResolver]:
    module = f"hengjian.doors.{name}.urls"
    return [path(prefix, include(module))] if find_spec(f"hengjian.doors.{name}") and find_spec(module) else []


urlpatterns = [
    *_door("portal", ""),  # first: what strangers ask most is found soonest
    *_door("api", "api/"),
    *_mount("street", "urls", "desk/"),
    *_mount("duties", "urls", "desk/"),
    *_mount("street", "public_urls", ""),
    *_mount("duties", "public_urls", ""),
    *_mount("street", "counter_urls", "counter/"),
    *_mount("duties", "counter_urls", "counter/"),
    path("ui/", include("hengjian.ground.ui.urls"))
    if find_spec("hengjian.ground.ui.urls")
    else path("ui/", include([])),
    path("", include("hengjian.ground.people.urls")),
    path("language/", requires("public")(set_language), name="set_language"),
    *_door("counter", "counter/"),
    *_door("law", "desk/law/"),
    *_door("exchange", "desk/exchange/"),
    *_door("desk", "desk/"),
]
handler400 = "hengjian.ground.people.errors.bad_request"
handler403 = "hengjian.ground.people.errors.forbidden"
handler404 = "hengjian.ground.people.errors.not_found"
handler500 = "hengjian.ground.people.errors.server_error"
