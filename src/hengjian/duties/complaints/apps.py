from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page


class ComplaintsConfig(AppConfig):
    name = "hengjian.duties.complaints"
    label = "complaints"
    verbose_name = _("投诉举报")
    audited = {
        "complaints.sort": _("确认投诉举报分类"),
        "complaints.spot": _("研判投诉举报热点"),
        "complaints.call_back": _("回访"),
        "complaints.recheck": _("抽取办结质量样本"),
        "complaints.reread": _("办结质量抽检"),
        "complaints.hold": _("投诉信息不予公示"),
        "complaints.object": _("企业对公示投诉信息提出异议"),
        "complaints.answer_objection": _("答复公示异议"),
        "complaints.reply": _("企业对公示投诉信息答辩"),
        "complaints.write_alert": _("起草消费警示"),
        "complaints.publish_alert": _("发布消费警示"),
        "complaints.withdraw_alert": _("撤回消费警示"),
        "complaints.read": _("查看投诉举报内容"),
        "export.complaint-rates": _("导出投诉举报效能"),
        "export.complaint-report": _("生成投诉举报分析报告"),
    }
    powers = {
        "complaints.view": "查看投诉举报（不含个人信息）",
        "complaints.take": "登记、导入和分送投诉举报",
        "complaints.handle": "办理投诉举报，查看投诉人和举报人",
        "complaints.decide": "批准投诉举报事项",
    }
    desk_pages = (
        Page("complaints:today", _("投诉举报日提示"), "bell", "complaints.view", 48, _("投诉举报")),
        Page("complaints:rates", _("投诉举报效能"), "chart-bar", "complaints.view", 49, _("投诉举报")),
        Page("complaints:patterns", _("投诉举报研判"), "search", "complaints.view", 50, _("投诉举报")),
        Page("complaints:disclosures", _("投诉信息公示"), "world", "complaints.view", 51, _("投诉举报")),
        Page("complaints:calls", _("回访"), "phone", "complaints.handle", 52, _("投诉举报")),
        Page("complaints:samples", _("办结质量抽检"), "dice-5", "complaints.view", 53, _("投诉举报")),
    )
    counter_pages = (Page("complaints-counter:own", _("投诉信息公示"), "world", "counter.own", 21),)
