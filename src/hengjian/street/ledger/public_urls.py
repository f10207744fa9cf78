"""Public addresses under /ledger/."""

from django.urls import path

from . import views

app_name = "ledger_public"
urlpatterns = [
    path("", views.roots, name="roots"),
    path("tombstones/", views.tombstones, name="tombstones"),
    path("roots.atom", views.roots_feed, name="feed"),
    path("verifier.py", views.verifier_file, name="verifier"),
]
