"""Officers' addresses under /desk/publication/."""

from django.urls import path

from . import views

app_name = "publication"
urlpatterns = [
    path("", views.schedule, name="schedule"),
    path("preview/", views.preview, name="preview"),
]
