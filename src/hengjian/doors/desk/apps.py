from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page


class DeskConfig(AppConfig):
    name = "hengjian.doors.desk"
    label = "desk"
    verbose_name = "工作台"
    audited = {
        "entity.open": _("查看个体工商户档案"),
        "personal.show": _("查看自然人信息"),
        "export.inbox": _("导出待办"),
        "warehouse.rebuild": _("重建仓库镜像"),
        "export.audit": _("导出审计记录"),
    }
    powers = {
        "desk.view": _("查看辖区总览"),
        "desk.personal": _("留痕查看记录背后的自然人信息"),
    }
    desk_pages = (
        Page("desk:home", _("我的工作台"), "inbox", "", 1),
        Page("desk:find", _("查找主体"), "search", "register.view", 2, covers=("/desk/entities/",)),
        Page("desk:overview", _("辖区总览"), "chart-bar", "desk.view", 3),
        Page("people_agencies", _("机构和人员"), "users", "people.view", 89, _("系统")),
        Page("desk:officers", _("人员和执法证件"), "certificate", "people.view", 90, _("系统")),
        Page("desk:audit", _("审计记录"), "history", "audit.view", 91, _("系统")),
    )
