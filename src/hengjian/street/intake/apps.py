from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page


class IntakeConfig(AppConfig):
    name = "hengjian.street.intake"
    label = "intake"
    verbose_name = "信息归集"
    audited = {
        "intake.deliver": _("报送文件"),
        "intake.confirm": _("确认报送"),
        "intake.judged": _("逐行判定完毕"),
        "intake.discard": _("放弃报送"),
        "intake.correct": _("更正重报退回行"),
        "intake.learn": _("认定列名"),
        "intake.forget": _("撤销列名认定"),
        "intake.folder": _("从文件夹收取报送文件"),
        "personal.row": _("查看退回行中的自然人信息"),
        "export.rejected": _("下载退回行"),
    }
    powers = {
        "intake.view": _("查看本机关报送批次"),
        "intake.deliver": _("报送数据文件"),
    }
    desk_pages = (
        Page("intake:delivery_list", _("数据报送"), "upload", "intake.view", 20, _("信息归集")),
        Page("intake:waiting", _("退回待办"), "inbox", "intake.view", 21, _("信息归集")),
    )
