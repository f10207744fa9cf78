"""Public addresses under /intake/: the catalogue of what is filed."""

from django.urls import path

from . import catalogue_views as views

app_name = "intake_public"
urlpatterns = [
    path("catalogue/", views.public_list, name="catalogue"),
    path("catalogue/dcat.json", views.dcat, name="dcat"),
    path("catalogue/codes/<slug:name>/", views.codes, name="codes"),
    path("catalogue/codes/<slug:name>.json", views.codes_json, name="codes_json"),
    path("catalogue/<slug:kind>/", views.public_item, name="catalogue_item"),
    path("catalogue/<slug:kind>/contract.json", views.contract, name="contract"),
    path("catalogue/<slug:kind>/template.xlsx", views.template, name="template"),
]
