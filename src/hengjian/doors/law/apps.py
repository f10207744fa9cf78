from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page


class LawConfig(AppConfig):
    name = "hengjian.doors.law"
    label = "law"
    verbose_name = "法律参数"
    audited = {
        "law.verify": _("登记法律原文核对"),
    }
    powers = {
        "law.view": _("查看法律参数、期限计算与待核清单"),
        "law.verify": _("登记与法律原文核对的结果"),
    }
    desk_pages = (
        Page("law:home", _("法律参数"), "scale", "law.view", 80, _("法律与规则")),
        Page("law:deadline", _("期限计算"), "calendar-event", "law.view", 81, _("法律与规则")),
        Page("law:changes", _("法律变化"), "versions", "law.view", 82, _("法律与规则")),
        Page("law:gaps", _("待核清单"), "checklist", "law.view", 83, _("法律与规则")),
    )
