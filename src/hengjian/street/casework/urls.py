"""Desk addresses under /desk/casework/."""

from django.urls import path

from . import views

app_name = "casework"
urlpatterns = [
    path("", views.cases, name="cases"),
    path("new/<slug:kind>/", views.matter_new, name="matter_new"),
    path("leads/new/", views.lead_new, name="lead_new"),
]
