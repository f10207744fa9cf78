"""Desk addresses under /desk/inspection/."""

from django.urls import path

from . import estimate_views, field, merging_views, oversight_views, papers, risk_views, views

app_name = "inspection"
urlpatterns = [
    path("", field.visit_list, name="visit_list"),
    path("shell/", field.shell, name="shell"),
    path("key/", field.key, name="key"),
    path("worker.js", field.worker, name="worker"),
    path("all/", views.overview, name="overview"),
    path("all/download/", views.export, name="export"),
    path("merging/", merging_views.merging_page, name="merging"),
    path("merging/join/", merging_views.join, name="join"),
    path("off-plan/send/", merging_views.send_off_plan, name="send_off_plan"),
    path("off-plan/<int:pk>/", merging_views.off_plan_visit, name="off_plan_visit"),
    path("off-plan/<int:pk>/decide/", merging_views.decide_off_plan, name="decide_off_plan"),
    path("handed-over/", views.handed_over, name="handed_over"),
    path("oversight/", oversight_views.oversight_page, name="oversight"),
    path("oversight/doubts.xlsx", oversight_views.export, name="doubts_export"),
    path("second-looks/", oversight_views.look_list, name="look_list"),
    path("second-looks/close/", oversight_views.close_list, name="close_list"),
    path("second-looks/<int:pk>/", oversight_views.look, name="look"),
    path("second-looks/<int:pk>/draw/", oversight_views.draw_again, name="draw_again"),
    path("second-looks/<int:pk>/bundle.json", oversight_views.bundle, name="look_bundle"),
    path("follow-ups/<int:pk>/receive/", views.receive, name="receive"),
    path("follow-ups/<int:pk>/letter.pdf", papers.letter, name="letter"),
    path("follow-ups/<int:pk>/answer/", views.answer, name="answer"),
    path("follow-ups/<int:pk>/settle/", views.settle, name="settle"),
    path("follow-ups/<int:pk>/recheck/", views.recheck, name="recheck"),
    path("risk/", risk_views.risk_page, name="risk"),
    path("risk/<slug:slug>/order/", risk_views.order, name="order"),
    path("estimates/", estimate_views.estimates, name="estimates"),
    path("estimates/rows.xlsx", estimate_views.export, name="estimates_export"),
    path("draws/<slug:slug>/assign/", views.assign, name="assign"),
    path("<int:pk>/", views.visit, name="visit"),
    path("<int:pk>/form/", field.visit_form, name="visit_form"),
    path("<int:pk>/draft/", field.draft, name="draft"),
    path("<int:pk>/photos/", field.photo_add, name="photo_add"),
    path("<int:pk>/photos/<slug:digest>/download/", views.photo, name="photo"),
    path("<int:pk>/notice.pdf", papers.notice, name="notice"),
    path("<int:pk>/record.pdf", papers.record, name="record"),
    path("<int:pk>/follow/", views.follow, name="follow"),
    path("<int:pk>/send-back/", views.send_back, name="send_back"),
    path("<int:pk>/take-back/", views.take_back, name="take_back"),
    path("<int:pk>/<slug:act>/", views.act, name="act"),
]
