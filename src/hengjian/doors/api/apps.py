from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "hengjian.doors.api"
    label = "api"
    verbose_name = "数据接口"
    powers: dict[str, str] = {}
