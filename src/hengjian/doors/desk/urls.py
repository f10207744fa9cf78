from django.urls import path

from . import audit_views, batch_views, entity_views, matter_views, officers_views, overview_views, views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("done/", views.done, name="done"),
    path("inbox.xlsx", views.export, name="export"),
    path("shifts/", views.shifts, name="shifts"),
    path("shifts/<int:pk>/noted/", views.note_shift, name="note_shift"),
    path("matters/<int:pk>/", matter_views.matter, name="matter"),
    path("matters/<int:pk>/acts/<slug:act>/", matter_views.matter_act, name="matter_act"),
    path("matters/<int:pk>/proposals/<slug:act>/", matter_views.matter_proposal, name="matter_proposal"),
    path("matters/<int:pk>/undo/", matter_views.matter_undo, name="matter_undo"),
    path("matters/<int:pk>/files/", matter_views.matter_files, name="matter_files"),
    path("matters/<int:pk>/files/<slug:digest>/", matter_views.matter_file, name="matter_file"),
    path("matters/<int:pk>/papers/<int:paper>/", matter_views.matter_paper, name="matter_paper"),
    path("matters/<int:pk>/parties/", matter_views.matter_parties, name="matter_parties"),
    path("matters/<int:pk>/staff/", matter_views.matter_staff, name="matter_staff"),
    path("errands/<int:pk>/report/", matter_views.errand_report, name="errand_report"),
    path("batch/", batch_views.matters, name="batch"),
    path("procedures/<slug:kind>/", matter_views.procedure_page, name="procedure"),
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
