"""Public addresses under /inspection/."""

from django.urls import path

from . import public

app_name = "inspection_public"
urlpatterns = [path("visits/<str:code>/", public.visit, name="visit"), path("visits/<str:code>/arrived/", public.arrived, name="arrived")]
