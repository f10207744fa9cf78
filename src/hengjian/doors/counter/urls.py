from django.urls import path

from . import views

app_name = "counter"
urlpatterns = [
    path("", views.home, name="home"),
    path("inspections/", views.inspections, name="inspections"),
    path("firms/", views.firms, name="firms"),
    path("firms/<str:uscc>/", views.firm, name="firm"),
    path("firms/<str:uscc>/choose/", views.choose, name="choose"),
]
