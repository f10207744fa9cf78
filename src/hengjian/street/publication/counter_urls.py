"""Counter addresses under /counter/publication/."""

from django.urls import path

from . import consent_views

app_name = "publication-counter"
urlpatterns = [
    path("consents/", consent_views.consents_page, name="consents"),
    path("consents/<int:pk>/revoke/", consent_views.revoke, name="revoke"),
]
