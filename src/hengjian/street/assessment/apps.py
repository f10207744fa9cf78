from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page


class AssessmentConfig(AppConfig):
    name = "hengjian.street.assessment"
    label = "assessment"
    verbose_name = "信用风险分类"
    audited = {
        "assessment.whatif": _("试算规则变更"),
        "export.whatif": _("导出试算"),
        "export.assessment": _("导出分类名单"),
    }
    powers = {
        "assessment.view": _("查看内部风险等级与任意日期的分类"),
        "assessment.whatif": _("试算规则变更"),
    }
    desk_pages = (
        Page("assessment:distribution", _("信用风险分类"), "chart-bar", "assessment.view", 30, _("信用信息")),
        Page("assessment:whatif", _("规则试算"), "adjustments", "assessment.whatif", 35, _("信用信息")),
    )
    counter_pages = (Page("assessment-counter:way-back", _("恢复途径"), "refresh", "counter.own", 20),)
