"""Counter addresses under /counter/complaints/."""

from . import watch_counter_urls

app_name = "complaints-counter"
urlpatterns = [*watch_counter_urls.urlpatterns]
