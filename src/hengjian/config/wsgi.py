"""WSGI entry. Views are synchronous; an ASGI server made them ten times slower (docs/adr/0006-stack.md)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengjian.config.settings")
application = get_wsgi_application()
