from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page


class ComplaintsConfig(AppConfig):
    name = "hengjian.duties.complaints"
    label = "complaints"
    verbose_name = _("投诉举报")
    audited = {
        "complaints.file": _("登记投诉举报"),
        "complaints.dispatch": _("分送投诉举报"),
        "complaints.transfer": _("移送投诉举报"),
        "complaints.return": _("退回投诉举报"),
        "complaints.sign": _("签收工单"),
        "complaints.read": _("查看投诉举报内容"),
        "complaints.read_person": _("查看投诉人、举报人"),
        "complaints.letter": _("打印投诉举报文书"),
        "complaints.withdraw": _("撤回投诉或举报"),
        "complaints.add": _("补充投诉举报材料"),
        "complaints.serial": _("认定集中投诉"),
        "complaints.reward": _("启动举报奖励"),
        "complaints.import": _("导入工单"),
        "complaints.odr_apply": _("申请在线和解单位"),
        "complaints.odr_answer": _("企业在线答复"),
        "complaints.odr_leave": _("退出在线和解单位"),
        "complaints.dispose": _("销毁到期的个人信息"),
        "export.complaints": _("导出投诉举报"),
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
        "export.complaint-rates": _("导出投诉举报效能"),
        "export.complaint-report": _("生成投诉举报分析报告"),
    }
    powers = {
        "complaints.view": _("查看投诉举报（不含个人信息）"),
        "complaints.take": _("登记、导入和分送投诉举报"),
        "complaints.handle": _("办理投诉举报，查看投诉人和举报人"),
        "complaints.decide": _("批准投诉举报事项"),
    }
    desk_pages = (
        Page("complaints:inbox", _("投诉举报待办"), "inbox", "complaints.handle", 44, _("投诉举报")),
        Page("complaints:hotline", _("热线登记"), "phone", "complaints.take", 45, _("投诉举报")),
        Page("complaints:imports", _("工单导入"), "upload", "complaints.take", 46, _("投诉举报")),
        Page("complaints:units", _("在线和解单位"), "building-store", "complaints.view", 47, _("投诉举报")),
        Page("complaints:today", _("投诉举报日提示"), "bell", "complaints.view", 48, _("投诉举报")),
        Page("complaints:rates", _("投诉举报效能"), "chart-bar", "complaints.view", 49, _("投诉举报")),
        Page("complaints:patterns", _("投诉举报研判"), "search", "complaints.view", 50, _("投诉举报")),
        Page("complaints:disclosures", _("投诉信息公示"), "world", "complaints.view", 51, _("投诉举报")),
        Page("complaints:calls", _("回访"), "phone", "complaints.handle", 52, _("投诉举报")),
        Page("complaints:samples", _("办结质量抽检"), "dice-5", "complaints.view", 53, _("投诉举报")),
    )
    counter_pages = (
        Page("complaints-counter:odr", _("在线消费纠纷"), "message-report", "counter.own", 20),
        Page("complaints-counter:own", _("投诉信息公示"), "world", "counter.own", 21),
    )
    public_pages = (Page("complaints_public:start", _("投诉举报"), "message-report", "", 30),)

    def ready(self) -> None:
        from . import following, odr, rewards  # noqa: F401 - register what the acts of their procedures do
