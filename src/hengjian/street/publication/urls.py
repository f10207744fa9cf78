"""Officers' addresses under /desk/publication/."""

from django.urls import path

from . import consent_views, statistics_views, views

app_name = "publication"
urlpatterns = [
    path("", views.schedule, name="schedule"),
    path("preview/", views.preview, name="preview"),
    path("compare/", consent_views.compare, name="compare"),
    path("statistics.xlsx", statistics_views.export, name="statistics_export"),
]
