"""Desk addresses under /desk/listing/."""

from django.urls import path

from . import views

app_name = "listing"
urlpatterns = [
    path("", views.board, name="board"),
    path("list.xlsx", views.export, name="export"),
    path("candidates/", views.candidates, name="candidates"),
    path("candidates/begin/", views.begin, name="begin"),
    path("new/<slug:kind>/", views.begin_by_hand, name="begin_by_hand"),
    path("entries/<int:seq>/restrict/", views.restrict, name="restrict"),
    path("entries/<int:seq>/remind/<slug:kind>/", views.remind, name="remind"),
    path("restrictions/", views.restrictions, name="restrictions"),
    path("responses/", views.responses, name="responses"),
    path("counters/", views.counted, name="counted"),
]
