"""Officers' addresses under /desk/publication/."""

from django.urls import path

from . import statistics_views, views

app_name = "publication"
urlpatterns = [
    path("", views.schedule, name="schedule"),
    path("preview/", views.preview, name="preview"),
    path("statistics.xlsx", statistics_views.export, name="statistics_export"),
]
