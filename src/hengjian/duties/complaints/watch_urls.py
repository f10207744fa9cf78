"""Addresses of the pages on many filings, under /desk/complaints/."""

from django.urls import path

from . import disclosure_views, patterns_views, rates_views, rereading_views

urlpatterns = [
    path("rates/", rates_views.overview, name="rates"),
    path("rates/rates.xlsx", rates_views.export, name="rates_export"),
    path("rates/late/<slug:name>/", rates_views.late, name="late"),
    path("report/", rates_views.report, name="report"),
    path("report/report.pdf", rates_views.report_pdf, name="report_pdf"),
    path("today/", rates_views.today, name="today"),
    path("patterns/", patterns_views.patterns, name="patterns"),
    path("patterns/<int:pk>/", patterns_views.spot, name="spot"),
    path("sort/", patterns_views.sort, name="sort"),
    path("calls/", rereading_views.calls, name="calls"),
    path("samples/", rereading_views.samples, name="samples"),
    path("samples/<int:pk>/", rereading_views.sample, name="sample"),
    path("samples/<int:pk>/<int:position>/", rereading_views.reread, name="reread"),
    path("disclosures/", disclosure_views.disclosures, name="disclosures"),
    path("disclosures/<int:pk>/", disclosure_views.decide, name="disclose"),
    path("alerts/", disclosure_views.alerts, name="alerts"),
    path("alerts/<int:pk>/", disclosure_views.alert, name="alert"),
]
