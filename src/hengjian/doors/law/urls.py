from django.urls import path

from . import clock_views, time_views, views

app_name = "law"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("deadline/", clock_views.deadline, name="deadline"),
    path("changes/", time_views.changes, name="changes"),
    path("gaps/", time_views.gaps, name="gaps"),
    path("gaps/verify/", time_views.verify, name="verify"),
    path("<slug:section>/<str:name>/", views.entry, name="entry"),
]
