"""Public addresses under /complaints/."""

from django.urls import path

from . import portal_views, status_views, watch_public_urls

app_name = "complaints_public"
urlpatterns = [
    path("", portal_views.start, name="start"),
    path("new/<slug:step>/", portal_views.step, name="step"),
    path("firms/", portal_views.firms, name="firms"),
    path("files/<int:at>/remove/", portal_views.remove_file, name="remove_file"),
    path("receipt/", portal_views.receipt, name="receipt"),
    path("solved/", portal_views.solved, name="solved"),
    path("status/", status_views.ask, name="ask"),
    path("status/open/", status_views.status, name="status"),
    path("status/open/add/", status_views.add, name="add"),
    path("status/open/withdraw/<slug:kind>/", status_views.withdraw, name="withdraw"),
    path("status/open/answer/<slug:act>/", status_views.settle, name="settle"),
    path("status/open/rate/<slug:kind>/", status_views.rate, name="rate"),
    path("claimants/", status_views.claimants_page, name="claimants"),
    *watch_public_urls.urlpatterns,
]
