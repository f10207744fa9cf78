from django.urls import path

from . import views

app_name = "exchange"
urlpatterns = [
    path("", views.peers, name="peers"),
    path("repairs/", views.repairs, name="repairs"),
    path("repairs/<slug:code>/<int:entry>/seen/", views.seen, name="seen"),
    path("<slug:code>/push/", views.push, name="push"),
]
