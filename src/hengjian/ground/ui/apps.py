from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "hengjian.ground.ui"
    label = "ui"
    verbose_name = "界面"
    powers: dict[str, str] = {}
