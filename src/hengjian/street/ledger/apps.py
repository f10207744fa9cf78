from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page

from . import guards


class LedgerConfig(AppConfig):
    name = "hengjian.street.ledger"
    label = "ledger"
    verbose_name = _("信用台账")
    audited = {
        "ledger.append": _("记入信用台账"),
        "ledger.correct": _("更正信用记录"),
        "ledger.verify": _("核验信用台账"),
        "ledger.seal": _("封存台账的一天"),
        "ledger.dispose": _("销毁到期信用记录"),
        "ledger.redact_ask": _("提出遮蔽信用记录的内容"),
        "ledger.redact": _("遮蔽信用记录的内容"),
        "ledger.scrub": _("清除已去文字在文件中的残留"),
        "ledger.decide_doubt": _("判定存疑的行"),
        "ledger.erase_personal": _("删除自然人信息"),
        "ledger.objection": _("企业提出异议"),
        "ledger.reply": _("企业作出回应"),
        "ledger.retract": _("企业撤回异议或回应"),
        "ledger.withdraw": _("撤回信用记录"),
        "export.proof": _("下载封存证明"),
    }
    powers = {
        "ledger.view": _("查看信用记录"), "ledger.take": _("将接收的报送数据入库入账"), "ledger.dispose": _("提出和批准销毁到期记录"),
        "ledger.redact": _("提出和决定遮蔽信用记录的内容"),
        "ledger.answer": _("核实异议、审看回应、更正和撤回信用记录"),
    }
    desk_pages = (
        Page("ledger:matter_list", _("异议与回应"), "message-report", "ledger.view", 27, _("信息归集")),
        Page("ledger:doubts", _("存疑待核"), "help", "ledger.view", 26, _("信息归集")),
        Page("ledger:disposal", _("到期销毁"), "trash", "ledger.view", 29, _("信息归集")),
        Page("ledger:redactions", _("字段遮蔽"), "ban", "ledger.view", 30, _("信息归集")),
        Page("ledger:health", _("台账封存"), "lock", "ledger.view", 28, _("信息归集")),
    )
    counter_pages = (Page("ledger-counter:records", _("信用记录、异议与回应"), "message-report", "counter.own", 10),)
    public_pages = (Page("ledger_public:roots", _("台账封存公示"), "lock", "", 60),)

    def ready(self) -> None:
        from . import answering, disposing, redacting  # noqa: F401 - register what the acts of their procedures do

        post_migrate.connect(guards.after_migrate, sender=self, dispatch_uid="ledger.guards")
