from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page


class FilingConfig(AppConfig):
    name = "hengjian.duties.filing"
    label = "filing"
    verbose_name = "信息归集督查"
    audited = {
        "filing.draw_sample": _("抽取复核样本"),
        "filing.recheck": _("录入复核结果"),
        "filing.alarm": _("来源静默告警"),
        "filing.freeze": _("冻结归集督查月报"),
        "filing.look": _("查看待复核的记录"),
        "export.filing": _("导出归集督查数据"),
        "export.filing-report": _("出具归集督查月报"),
    }
    powers = {
        "filing.view": _("查看归集督查情况"),
        "filing.recheck": _("抽取样本并复核归集数据"),
        "filing.report": _("冻结归集督查月报"),
    }
    desk_pages = (Page("filing:overview", _("归集督查"), "report", "filing.view", 22, _("信息归集")),)
