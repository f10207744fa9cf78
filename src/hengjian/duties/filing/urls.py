"""Desk addresses under /desk/filing/."""

from django.urls import path

from . import report_views, views

app_name = "filing"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("figures.xlsx", views.export, name="export"),
    path("samples/<int:pk>/", views.sample, name="sample"),
    path("samples/<int:pk>/<int:position>/", views.pick, name="pick"),
    path("reports/", report_views.report_list, name="report_list"),
    path("reports/<slug:month>/", report_views.report, name="report"),
    path("reports/<slug:month>/report.pdf", report_views.report_pdf, name="report_pdf"),
    path("reports/<slug:month>/report.xlsx", report_views.report_xlsx, name="report_xlsx"),
    path("sources/<str:agency>/<slug:kind>/", views.source, name="source"),
    path("sources/<str:agency>/<slug:kind>/draw/", views.draw, name="draw"),
]
