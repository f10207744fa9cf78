"""Addresses of a firm's say on what is published of complaints, under /counter/complaints/."""

from django.urls import path

from . import disclosure_views

urlpatterns = [path("published/", disclosure_views.own, name="own")]
