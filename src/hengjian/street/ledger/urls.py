"""Desk addresses under /desk/ledger/."""

from django.urls import path

from . import answer_views, redact_views, views

app_name = "ledger"
urlpatterns = [
    path("", views.health, name="health"),
    path("entries/<int:seq>/", views.entry, name="entry"),
    path("entries/<int:seq>/proof.json", views.proof, name="proof"),
    path("entities/<str:uscc>/", views.entries, name="entries"),
    path("entries/<int:seq>/amend/", answer_views.amend, name="amend"),
    path("matters/", answer_views.matter_list, name="matter_list"),
    path("matters/<int:pk>/", answer_views.matter, name="matter"),
    path("matters/<int:pk>/<slug:name>/", answer_views.act, name="act"),
    path("doubts/", views.doubts, name="doubts"),
    path("doubts/reconsider/", views.reconsider, name="reconsider"),
    path("doubts/<int:pk>/<int:number>/", views.decide, name="decide"),
    path("disposal/", views.disposal, name="disposal"),
    path("disposal/propose/", views.propose_disposal, name="propose_disposal"),
    path("disposal/<int:pk>/<slug:name>/", views.decide_disposal, name="decide_disposal"),
    path("entries/<int:seq>/redact/", redact_views.ask, name="redact"),
    path("redactions/", redact_views.redactions, name="redactions"),
    path("redactions/<int:pk>/", redact_views.redaction, name="redaction"),
    path("redactions/<int:pk>/<slug:name>/", redact_views.decide, name="decide_redaction"),
    path("deliveries/<int:pk>/", views.taken, name="taken"),
    path("deliveries/<int:pk>/absorb/", views.absorb, name="absorb"),
]
