from django.apps import AppConfig


class DrawConfig(AppConfig):
    name = "hengjian.street.draw"
    label = "draw"
    verbose_name = "双随机抽取"
    powers = {"draw.view": "查看抽查计划与抽取", "draw.plan": "制定抽查计划", "draw.hold": "组织抽取"}
