from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page


class CounterConfig(AppConfig):
    name = "hengjian.doors.counter"
    label = "counter"
    verbose_name = "企业服务窗口"
    counter_pages = (
        Page("counter:home", _("本企业档案"), "building-store", "counter.own", 1),
        Page("counter:inspections", _("接受过的检查"), "clipboard-check", "counter.own", 3),
    )
