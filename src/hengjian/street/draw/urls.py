"""Desk addresses under /desk/draw/."""

from django.urls import path

from . import views

app_name = "draw"
urlpatterns = [
    path("", views.plan_list, name="plan_list"),
    path("plans/new/", views.plan_new, name="plan_new"),
    path("plans/<int:pk>/", views.plan, name="plan"),
    path("plans/<int:pk>/freeze/", views.freeze, name="freeze"),
    path("draws/<slug:slug>/", views.draw, name="draw"),
    path("draws/<slug:slug>/commit/", views.commit, name="commit"),
    path("draws/<slug:slug>/seed/", views.reveal_seed, name="reveal_seed"),
    path("draws/<slug:slug>/hold/", views.hold, name="hold"),
    path("draws/<slug:slug>/open/", views.open_list, name="open_list"),
    path("draws/<slug:slug>/redraw/", views.redraw, name="redraw"),
]
