"""Desk addresses under /desk/inspection/."""

from django.urls import path

from . import estimate_views, views

app_name = "inspection"
urlpatterns = [
    path("", views.visit_list, name="visit_list"),
    path("all/", views.overview, name="overview"),
    path("all/download/", views.export, name="export"),
    path("draws/<slug:slug>/assign/", views.assign, name="assign"),
    path("estimates/", estimate_views.estimates, name="estimates"),
    path("estimates/rows.xlsx", estimate_views.export, name="estimates_export"),
    path("worker.js", views.worker, name="worker"),
    path("<int:pk>/", views.visit, name="visit"),
    path("<int:pk>/form/", views.visit_form, name="visit_form"),
    path("<int:pk>/photos/", views.photo_add, name="photo_add"),
    path("<int:pk>/photos/<slug:digest>/download/", views.photo, name="photo"),
    path("<int:pk>/take-back/", views.take_back, name="take_back"),
    path("<int:pk>/<slug:act>/", views.act, name="act"),
]
