"""/api/: the assembled API, a page to read it, and a problem document for every other address below."""

from __future__ import annotations

from django.urls import path, re_path

from . import views
from .assembly import api

_patterns, *_names = api.urls
for _pattern in _patterns:
    _pattern.callback = views.with_problems(_pattern.callback)

urlpatterns = [
    path("", views.reference, name="api_reference"),
    path("", (_patterns, *_names)),
    re_path(r"^.*$", views.nothing_here, name="api_nothing_here"),
]
