from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcedureConfig(AppConfig):
    name = "hengjian.ground.procedure"
    label = "procedure"
    verbose_name = "办理程序"
    audited = {
        "procedure.undo": _("撤回办理步骤"),
        "procedure.open": _("立项"),
        "procedure.recount": _("日历公布后重算期限"),
    }
    powers = {"procedure.undo": "撤回办理步骤"}
