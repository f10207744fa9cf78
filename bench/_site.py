"""The platform as it is served, plus one hello-world view behind the same middleware: the peer of the page benches."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengjian.config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

application = get_wsgi_application()  # what follows needs the apps

from hengjian.ground.people.access import requires  # noqa: E402


@requires("public")
def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


settings.ROOT_URLCONF = __name__
urlpatterns = [path("bench-hello", hello), path("", include("hengjian.config.urls"))]
