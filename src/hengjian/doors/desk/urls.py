from django.urls import path

from . import audit_views, entity_views, officers_views, overview_views, views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("done/", views.done, name="done"),
    path("inbox.xlsx", views.export, name="export"),
    path("shifts/", views.shifts, name="shifts"),
    path("shifts/<int:pk>/noted/", views.note_shift, name="note_shift"),
    path("find/", views.find, name="find"),
    path("entities/<str:uscc>/", entity_views.entity, name="entity"),
    path("entities/<str:uscc>/entries/<int:seq>/personal/", entity_views.personal, name="personal"),
    path("overview/", overview_views.summary, name="overview"),
    path("overview/matters/", overview_views.late, name="late"),
    path("officers/", officers_views.officers, name="officers"),
    path("officers/<str:number>/", officers_views.officer, name="officer"),
    path("officers/<str:number>/change/", officers_views.change, name="officer_change"),
    path("audit/", audit_views.trail, name="audit"),
    path("audit.xlsx", audit_views.export, name="audit_export"),
]
