"""Public addresses under /publication/."""

from django.urls import path

from . import statistics_views, views

app_name = "publication_public"
urlpatterns = [
    path("", views.notice_list, name="notice_list"),
    path("inspections/", views.notice_list, {"kind": "inspection"}, name="inspections"),
    path("lists/<slug:kind>/", views.notice_list, name="notice_list"),
    path("notices/<int:entry_seq>/", views.notice_detail, name="notice_detail"),
    path("entities/<str:uscc>/report.pdf", views.entity_report, name="entity_report"),
    path("entities/<str:uscc>/report.json", views.entity_report_json, name="entity_report_json"),
    path("statistics/", statistics_views.overview, name="statistics"),
    path("statistics/rows/", statistics_views.rows, name="statistics_rows"),
    path("statistics/records/", statistics_views.records, name="statistics_records"),
    path("statistics/records/rows/", statistics_views.record_rows, name="statistics_record_rows"),
    path("verify/", views.verify, name="verify"),
    path("verify/<str:code>", views.verify, name="verify_code"),
]
