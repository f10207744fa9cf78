"""Counter addresses under /counter/assessment/."""

from django.urls import path

from . import history_views, views

app_name = "assessment-counter"
urlpatterns = [
    path("", views.own_way_back, name="way-back"),
    path("history/", history_views.own_history, name="history"),
]
