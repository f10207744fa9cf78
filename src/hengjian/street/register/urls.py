"""Desk addresses under /desk/register/."""

from django.urls import path

from . import views

app_name = "register"
urlpatterns = [
    path("", views.entity_list, name="entity_list"),
    path("addresses/", views.crowded, name="addresses"),
    path("<str:uscc>/", views.entity, name="entity"),
    path("<str:uscc>/people/", views.people, name="people"),
    path("<str:uscc>/unite/", views.unite, name="unite"),
    path("successions/<int:pk>/part/", views.part, name="part"),
]
