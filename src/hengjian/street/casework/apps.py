from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page


class CaseworkConfig(AppConfig):
    name = "hengjian.street.casework"
    label = "casework"
    verbose_name = _("案件办理")
    audited = {
        "casework.open_lead": _("登记违法线索"), "casework.open_beside": _("登记协助调查或者尽职免责"),
        "casework.close_files": _("封存案卷评查名单"), "casework.draw_files": _("抽取案卷"), "casework.score_file": _("案卷评分"),
    }  # fmt: skip
    powers = {
        "casework.view": _("查看案件"),
        "casework.handle": _("办理案件"),
        "casework.review": _("审核案件"),
        "casework.legal": _("法制审核"),
        "casework.approve": _("批准案件事项"),
        "casework.oversee": _("执法监督：抽取、评查、提请尽职免责核查"),
        "casework.watch": _("查看执法监督"),
    }
    desk_pages = (
        Page("casework:cases", _("线索和案件"), "gavel", "casework.view", 50, _("监督检查")),
        Page("casework:oversight", _("执法监督"), "eye", "casework.watch", 55, _("监督检查"),
             covers=("/desk/casework/wall/", "/desk/casework/consistency", "/desk/casework/reviews/")),
    )

    def ready(self) -> None:
        from . import deciding, inspections, judging, likeness, services, serving, showing  # noqa: F401 - register what the acts of leads and cases do
