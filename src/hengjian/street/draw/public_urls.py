"""Public addresses under /draw/."""

from django.urls import path

from . import views

app_name = "draw_public"
urlpatterns = [
    path("", views.draw_list, name="draw_list"),
    path("<slug:slug>/", views.draw_public, name="draw"),
    path("<slug:slug>/commitment.json", views.commitment, name="commitment"),
    path("<slug:slug>/bundle.zip", views.bundle, name="bundle"),
]
