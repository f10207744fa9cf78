"""Desk addresses under /desk/ledger/."""

from django.urls import path

from . import views

app_name = "ledger"
urlpatterns = [
    path("", views.health, name="health"),
    path("entries/<int:seq>/", views.entry, name="entry"),
    path("entries/<int:seq>/proof.json", views.proof, name="proof"),
    path("entities/<str:uscc>/", views.entries, name="entries"),
    path("doubts/", views.doubts, name="doubts"),
    path("doubts/reconsider/", views.reconsider, name="reconsider"),
    path("deliveries/<int:pk>/", views.taken, name="taken"),
    path("deliveries/<int:pk>/absorb/", views.absorb, name="absorb"),
]
