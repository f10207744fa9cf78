from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page


class RepairConfig(AppConfig):
    name = "hengjian.street.repair"
    label = "repair"
    verbose_name = _("信用修复")
    audited = {
        "repair.apply": _("申请信用修复"),
        "repair.supply": _("补正、更换修复材料"),
        "repair.retract": _("撤回修复申请"),
        "repair.grant": _("准予信用修复"),
        "repair.question": _("发现虚假修复"),
        "repair.undo": _("撤销信用修复"),
        "export.repair": _("导出信用修复台账"),
    }
    powers = {
        "repair.view": _("查看信用修复申请和统计"),
        "repair.handle": _("受理、核实信用修复申请"),
        "repair.decide": _("批准信用修复的决定"),
    }
    desk_pages = (Page("repair:matters", _("信用修复"), "refresh", "repair.view", 37, _("信用信息")),)
    counter_pages = (Page("repair-counter:records", _("信用修复"), "refresh", "counter.own", 8),)

    def ready(self) -> None:
        from . import effects, panels, printing, verify_views  # noqa: F401 - register what the acts do, show and print
