"""Counter addresses under /counter/assessment/."""

from django.urls import path

from . import views

app_name = "assessment-counter"
urlpatterns = [path("", views.own_way_back, name="way-back")]
