from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page


class InspectionConfig(AppConfig):
    name = "hengjian.street.inspection"
    label = "inspection"
    verbose_name = "现场检查"
    audited = {
        "inspection.assign_visits": _("派发检查任务"),
        "inspection.send_off_plan": _("派发计划外检查"),
        "inspection.widen_visit": _("合并检查任务"),
        "inspection.confirm_arrival": _("经营主体确认检查人员到场"),
        "inspection.receive": _("签收移送事项"),
        "inspection.close_list": _("封存复查名单"),
        "inspection.order": _("按评分排检查先后"),
        "inspection.reveal": _("录入复查抽取的公开数值"),
        "inspection.draw_again": _("抽取复查"),
        "export.inspection": _("导出检查任务"),
        "export.estimates": _("导出随机抽查明细"),
    }
    powers = {
        "inspection.view": _("查看检查任务和结果"),
        "inspection.oversee": _("监督检查的真实性，抽取复查"),
        "inspection.record": _("录入检查结果"),
        "inspection.assign": _("派发检查任务"),
        "inspection.review": _("审核检查结果"),
    }
    desk_pages = (
        Page("inspection:visit_list", _("我的检查"), "device-mobile", "inspection.record", 42, _("监督检查")),
        Page("inspection:overview", _("检查任务"), "clipboard-list", "inspection.view", 44, _("监督检查")),
        Page("inspection:estimates", _("抽查说明了什么"), "chart-bar", "inspection.view", 47, _("监督检查")),
        Page("inspection:risk", _("评分季度审计"), "report", "inspection.view", 48, _("监督检查")),
        Page("inspection:handed_over", _("移送签收"), "inbox", "inspection.view", 45, _("监督检查")),
        Page("inspection:oversight", _("检查真实性"), "shield-check", "inspection.oversee", 46, _("监督检查")),
    )

    def ready(self) -> None:
        from . import reviewing, services  # noqa: F401 - registers what the acts of the procedure do
