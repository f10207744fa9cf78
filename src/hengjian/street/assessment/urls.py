"""Desk addresses under /desk/assessment/."""

from django.urls import path

from . import history_views, views, whatif_views

app_name = "assessment"
urlpatterns = [
    path("", views.distribution, name="distribution"),
    path("rows/", views.rows, name="rows"),
    path("rows.xlsx", views.export, name="export"),
    path("changes/", history_views.changes, name="changes"),
    path("changes.xlsx", history_views.changes_export, name="changes_export"),
    path("what-if/", whatif_views.start, name="whatif"),
    path("what-if/<slug:slug>/", whatif_views.trial, name="trial"),
    path("what-if/<slug:slug>.xlsx", whatif_views.export, name="trial_export"),
    path("<str:uscc>/", views.explain, name="explain"),
    path("<str:uscc>/way-back/", views.way_back, name="way_back"),
    path("<str:uscc>/history/", history_views.history, name="history"),
    path("<str:uscc>/history.xlsx", history_views.history_export, name="history_export"),
]
