"""Counter addresses under /counter/ledger/."""

from django.urls import path

from . import answer_views

app_name = "ledger-counter"
urlpatterns = [
    path("", answer_views.records, name="records"),
    path("<int:seq>/", answer_views.record, name="record"),
    path("<int:seq>/proof.json", answer_views.own_proof, name="proof"),
    path("<int:seq>/<slug:kind>/", answer_views.say, name="say"),
    path("matters/<int:pk>/retract/", answer_views.retract, name="retract"),
]
