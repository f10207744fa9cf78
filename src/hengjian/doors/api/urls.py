"""/api/: the assembled API, a page to read it, and a problem document for every other address below."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from . import views
from .assembly import api

_patterns, _namespace, _app = api.urls
for _pattern in _patterns:
    if isinstance(_pattern, URLPattern):
        _pattern.callback = views.with_problems(_pattern.callback)

urlpatterns = [
    path("", views.reference, name="api_reference"),
    path("", (_patterns, _namespace, _app)),
    re_path(r"^.*$", views.nothing_here, name="api_nothing_here"),
]
