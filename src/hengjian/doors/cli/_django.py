"""Django is started by the commands that need it; the others answer at once."""

import os


def setup() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengjian.config.settings")
    import django

    django.setup()
