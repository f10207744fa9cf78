"""Counter addresses under /counter/repair/."""

from django.urls import path

from . import counter_views as views

app_name = "repair-counter"
urlpatterns = [
    path("", views.records, name="records"),
    path("commitment/", views.commitment, name="commitment"),
    path("apply/", views.apply, name="apply"),
    path("records/<int:seq>/", views.record, name="record"),
    path("matters/<int:pk>/", views.matter, name="matter"),
    path("matters/<int:pk>/supply/", views.supply, name="supply"),
    path("matters/<int:pk>/retract/", views.retract, name="retract"),
    path("matters/<int:pk>/application.pdf", views.application_paper, name="application_paper"),
    path("matters/<int:pk>/papers/<int:paper>/", views.paper, name="paper"),
    path("matters/<int:pk>/files/<str:digest>/", views.own_file, name="file"),
]
