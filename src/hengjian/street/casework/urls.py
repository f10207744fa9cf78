"""Desk addresses under /desk/casework/."""

from django.urls import path

from . import oversight_views, views

app_name = "casework"
urlpatterns = [
    path("", views.cases, name="cases"),
    path("new/<slug:kind>/", views.matter_new, name="matter_new"),
    path("oversight/", oversight_views.overview, name="oversight"),
    path("wall/", oversight_views.wall, name="wall"),
    path("consistency/", oversight_views.like, name="consistency"),
    path("consistency.xlsx", oversight_views.like_export, name="consistency_export"),
    path("reviews/", oversight_views.reviews, name="reviews"),
    path("reviews/<int:pk>/", oversight_views.review, name="review"),
    path("reviews/<int:pk>/draw/", oversight_views.review_draw, name="review_draw"),
    path("reviews/<int:pk>/files/<int:file>/", oversight_views.review_file, name="review_file"),
    path("leads/new/", views.lead_new, name="lead_new"),
]
