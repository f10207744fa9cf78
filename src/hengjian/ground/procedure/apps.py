from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcedureConfig(AppConfig):
    name = "hengjian.ground.procedure"
    label = "procedure"
    verbose_name = "办理程序"
    audited = {
        "procedure.undo": _("撤回办理步骤"),
        "procedure.open": _("立项"),
        "procedure.proposed": _("提请批准"),
        "procedure.declined": _("退回提请"),
        "procedure.attached": _("收入附件"),
        "procedure.joined": _("登记当事人"),
        "procedure.left": _("当事人退出"),
        "procedure.handed-over": _("移交承办人"),
        "procedure.helpers-named": _("调整协办人"),
        "procedure.file": _("下载受保护的附件"),
        "procedure.sent": _("移送其他机关"),
        "procedure.entrusted": _("交办"),
        "procedure.reported": _("办毕交办事项"),
        "procedure.supervised": _("督办"),
        "procedure.released": _("解除督办"),
        "procedure.recount": _("日历公布后重算期限"),
    }
    powers = {
        "procedure.undo": _("撤回办理步骤"),
        "procedure.assign": _("改派承办人和协办人"),
        "procedure.supervise": _("督办"),
    }
