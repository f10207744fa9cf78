"""Counter addresses under /counter/listing/."""

from django.urls import path

from . import counter_views

app_name = "listing-counter"
urlpatterns = [
    path("", counter_views.own, name="own"),
    path("<int:seq>/object/", counter_views.object_to, name="object"),
]
