"""Desk addresses under /desk/intake/."""

from django.urls import path

from . import catalogue_views, desk_views, views

app_name = "intake"
urlpatterns = [
    path("", views.delivery_list, name="delivery_list"),
    path("new/", views.deliver, name="deliver"),
    path("templates/<slug:kind>.xlsx", views.template, name="template"),
    path("waiting/", desk_views.waiting, name="waiting"),
    path("waiting/<slug:kind>/<slug:code>/", desk_views.waiting_cause, name="waiting_cause"),
    path("waiting/<slug:kind>/<slug:code>/let-go/", desk_views.let_go, name="let_go"),
    path("headings/", desk_views.headings, name="headings"),
    path("headings/<int:pk>/forget/", desk_views.forget, name="forget"),
    path("catalogue/", catalogue_views.desk_list, name="catalogue"),
    path("catalogue/<slug:kind>/", catalogue_views.desk_item, name="catalogue_item"),
    path("<int:pk>/", views.delivery, name="delivery"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/discard/", views.discard, name="discard"),
    path("<int:pk>/step/", views.step, name="step"),
    path("<int:pk>/headings/", desk_views.map_headings, name="map_headings"),
    path("<int:pk>/resubmit/", desk_views.resubmit, name="resubmit"),
    path("<int:pk>/returned/", desk_views.returned, name="returned"),
    path("<int:pk>/rejected.csv", views.rejected_csv, name="rejected_csv"),
    path("<int:pk>/rejected.xlsx", views.rejected_xlsx, name="rejected_xlsx"),
    path("<int:pk>/rows/<int:number>/", views.row, name="row"),
    path("<int:pk>/rows/<int:number>/let-go/", desk_views.let_one_go, name="let_one_go"),
    path("<int:pk>/rows/<int:number>/shown/", views.row_shown, name="row_shown"),
]
