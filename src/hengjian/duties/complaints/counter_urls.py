"""Counter addresses under /counter/complaints/."""

from django.urls import path

from . import odr_views, watch_counter_urls

app_name = "complaints-counter"
urlpatterns = [
    path("", odr_views.own, name="odr"),
    path("join/", odr_views.join, name="join"),
    path("leave/", odr_views.leave, name="leave"),
    path("<int:pk>/", odr_views.one, name="one"),
    *watch_counter_urls.urlpatterns,
]
