"""Public addresses that belong to no single stop: home, search, one entity, draws, about."""

from django.urls import include, path

from . import draws, views

pages = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("entity/<str:uscc>/", views.entity, name="entity"),
    path("entity/<str:uscc>/qr.svg", views.qr, name="qr"),
    path("about/", views.about, name="about"),
]
draw_pages = [
    path("", draws.draw_list, name="draw_list"),
    path("plans/", draws.plan_list, name="plan_list"),
    path("plans/<int:pk>/", draws.plan, name="plan"),
    path("<slug:slug>/", draws.draw, name="draw"),
    path("<slug:slug>/commitment.json", draws.commitment, name="commitment"),
    path("<slug:slug>/bundle.zip", draws.bundle, name="bundle"),
]
urlpatterns = [
    path("", include((pages, "portal"))),
    path("draw/", include((draw_pages, "draw_public"))),
]
