from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcedureConfig(AppConfig):
    name = "hengjian.ground.procedure"
    label = "procedure"
    verbose_name = "办理程序"
    audited = {
        "procedure.undo": _("撤回办理步骤"),
        "procedure.open": _("立项"),
        "procedure.attach": _("收入附件"),
        "procedure.join": _("登记当事人"),
        "procedure.leave": _("当事人退出"),
        "procedure.hand-over": _("移交承办人"),
        "procedure.helpers": _("调整协办人"),
        "procedure.entrust": _("交办"),
        "procedure.report": _("办毕交办事项"),
        "procedure.supervise": _("督办"),
        "procedure.release": _("解除督办"),
        "procedure.recount": _("日历公布后重算期限"),
    }
    powers = {
        "procedure.undo": "撤回办理步骤",
        "procedure.assign": "改派承办人和协办人",
        "procedure.supervise": "督办",
    }
