"""Public addresses under /complaints/."""

from . import watch_public_urls

app_name = "complaints_public"
urlpatterns = [*watch_public_urls.urlpatterns]
