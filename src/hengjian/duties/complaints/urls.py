"""Desk addresses under /desk/complaints/."""

from . import watch_urls

app_name = "complaints"
urlpatterns = [*watch_urls.urlpatterns]
