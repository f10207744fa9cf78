from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "hengjian.doors.portal"
    label = "portal"
    verbose_name = "公示门户"
