from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "hengjian.ground.documents"
    label = "documents"
    verbose_name = "文书"
    powers: dict[str, str] = {}
