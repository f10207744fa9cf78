from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page


class IntakeConfig(AppConfig):
    name = "hengjian.street.intake"
    label = "intake"
    verbose_name = "信息归集"
    powers = {
        "intake.view": "查看本机关报送批次",
        "intake.deliver": "报送数据文件",
    }
    desk_pages = (Page("intake:delivery_list", _("数据报送"), "upload", "intake.view", 20, _("信息归集")),)
