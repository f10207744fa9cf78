from django.apps import AppConfig


class PublicationConfig(AppConfig):
    name = "hengjian.street.publication"
    label = "publication"
    verbose_name = "信用公示"
    powers = {"publication.view": "查看公示预览和公示日程", "publication.manage": "执行公示和停止公示"}
