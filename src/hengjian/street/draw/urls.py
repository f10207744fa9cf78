"""Desk addresses under /desk/draw/."""

from django.urls import path

from . import burden_views, library_views, plan_views, views

app_name = "draw"
urlpatterns = [
    path("", plan_views.plan_list, name="plan_list"),
    path("library/items/", library_views.items, name="items"),
    path("library/items/download/", library_views.items_export, name="items_export"),
    path("library/objects/", library_views.object_list, name="objects"),
    path("library/objects/import/", library_views.object_import, name="object_import"),
    path("library/objects/headings/download/", library_views.object_template, name="object_template"),
    path("library/inspectors/", library_views.inspectors, name="inspectors"),
    path("library/inspectors/download/", library_views.inspectors_export, name="inspectors_export"),
    path("library/inspectors/<int:pk>/", library_views.inspector, name="inspector"),
    path("library/inspectors/<int:pk>/ties/", library_views.declare, name="declare"),
    path("library/inspectors/<int:pk>/ties/<int:tie>/end/", library_views.end_tie, name="end_tie"),
    path("burden/", burden_views.burden_list, name="burden"),
    path("burden/download/", burden_views.burden_export, name="burden_export"),
    path("burden/firms/<str:uscc>/", burden_views.burden_of, name="burden_of"),
    path("off-plan/", burden_views.off_plan_list, name="off_plan"),
    path("off-plan/new/", burden_views.off_plan_new, name="off_plan_new"),
    path("off-plan/<int:pk>/", burden_views.off_plan_one, name="off_plan_one"),
    path("calendar/", plan_views.calendar, name="calendar"),
    path("calendar/download/", plan_views.calendar_export, name="calendar_export"),
    path("plans/new/", plan_views.plan_new, name="plan_new"),
    path("plans/<int:pk>/", plan_views.plan, name="plan"),
    path("plans/<int:pk>/publish/", plan_views.publish, name="publish"),
    path("plans/<int:pk>/freeze/", plan_views.freeze, name="freeze"),
    path("draws/<slug:slug>/", views.draw, name="draw"),
    path("draws/<slug:slug>/commit/", views.commit, name="commit"),
    path("draws/<slug:slug>/seed/", views.reveal_seed, name="reveal_seed"),
    path("draws/<slug:slug>/hold/", views.hold, name="hold"),
    path("draws/<slug:slug>/open/", views.open_list, name="open_list"),
    path("draws/<slug:slug>/redraw/", views.redraw, name="redraw"),
]
