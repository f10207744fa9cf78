"""Public addresses under /ledger/."""

from django.urls import path

from . import redact_views, views

app_name = "ledger_public"
urlpatterns = [
    path("", views.roots, name="roots"),
    path("tombstones/", views.tombstones, name="tombstones"),
    path("maskings/", redact_views.maskings, name="maskings"),
    path("roots.atom", views.roots_feed, name="feed"),
    path("verifier.py", views.verifier_file, name="verifier"),
]
