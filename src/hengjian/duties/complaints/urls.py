"""Desk addresses under /desk/complaints/."""

from django.urls import path

from . import desk_views, intake_views, odr_views, watch_urls

app_name = "complaints"
urlpatterns = [
    path("", desk_views.inbox, name="inbox"),
    path("inbox.xlsx", desk_views.export, name="export"),
    path("work/<int:pk>/", desk_views.work, name="work"),
    path("filings/<int:pk>/", desk_views.filing, name="filing"),
    path("filings/<int:pk>/person/", desk_views.person, name="person"),
    path("filings/<int:pk>/send/", desk_views.send, name="send"),
    path("filings/<int:pk>/sign/", desk_views.sign, name="sign"),
    path("filings/<int:pk>/write/", desk_views.write, name="write"),
    path("filings/<int:pk>/serial/", desk_views.serial, name="serial"),
    path("filings/<int:pk>/reward/", desk_views.reward, name="reward"),
    path("letters/<int:pk>/<int:paper>/<slug:to>.pdf", desk_views.letter, name="letter"),
    path("hotline/", intake_views.hotline, name="hotline"),
    path("imports/", intake_views.imports, name="imports"),
    path("odr/units/", odr_views.units, name="units"),
    *watch_urls.urlpatterns,
]
