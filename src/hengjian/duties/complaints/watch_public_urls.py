"""Addresses of what is published of complaints, under /complaints/."""

from django.urls import path

from . import disclosure_views

urlpatterns = [
    path("published/", disclosure_views.published, name="published"),
    path("boards/", disclosure_views.boards, name="boards"),
    path("alerts/", disclosure_views.alerts_public, name="alerts"),
]
