"""Desk addresses under /desk/repair/."""

from django.urls import path

from . import verify_views, views

app_name = "repair"
urlpatterns = [
    path("", views.matters, name="matters"),
    path("matters.xlsx", views.export, name="export"),
    path("statistics/", views.statistics, name="statistics"),
    path("window/", views.window, name="window"),
    path("window/<str:uscc>/", views.receive, name="receive"),
    path("entities/<str:uscc>/", views.entity, name="entity"),
    path("matters/<int:pk>/application.pdf", views.application_paper, name="application_paper"),
    path("matters/<int:pk>/verify/", verify_views.verify, name="verify"),
    path("matters/<int:pk>/question/", views.question, name="question"),
]
