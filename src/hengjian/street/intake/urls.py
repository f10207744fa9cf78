"""Desk addresses under /desk/intake/."""

from django.urls import path

from . import views

app_name = "intake"
urlpatterns = [
    path("", views.delivery_list, name="delivery_list"),
    path("new/", views.deliver, name="deliver"),
    path("templates/<slug:kind>.xlsx", views.template, name="template"),
    path("catalogue/", views.catalogue, name="catalogue"),
    path("catalogue/dcat.json", views.catalogue_json, name="catalogue_json"),
    path("catalogue/<slug:kind>/", views.catalogue_item, name="catalogue_item"),
    path("<int:pk>/", views.delivery, name="delivery"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/discard/", views.discard, name="discard"),
    path("<int:pk>/step/", views.step, name="step"),
    path("<int:pk>/rejected.csv", views.rejected_csv, name="rejected_csv"),
    path("<int:pk>/rejected.xlsx", views.rejected_xlsx, name="rejected_xlsx"),
    path("<int:pk>/rows/<int:number>/", views.row, name="row"),
]
