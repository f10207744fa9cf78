from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page


class PublicationConfig(AppConfig):
    name = "hengjian.street.publication"
    label = "publication"
    verbose_name = "信用公示"
    audited = {
        "publication.publish_due": _("按期公示和停止公示"),
        "export.statistics": _("导出信用统计"),
        "export.comparison": _("为银行制作比对文件"),
        "publication.compare_refused": _("没有企业授权，未制作比对文件"),
        "publication.consent": _("企业授权银行查询"),
        "publication.consent_revoked": _("企业撤回授权"),
    }
    powers = {"publication.view": "查看公示预览和公示日程", "publication.manage": "执行公示和停止公示",
              "publication.compare": "经企业授权为银行制作比对文件"}  # fmt: skip
    desk_pages = (
        Page("publication:schedule", _("信用公示"), "world", "publication.view", 60),
        Page("publication:compare", _("银行比对"), "building-bank", "publication.compare", 62),
    )
    counter_pages = (Page("publication-counter:consents", _("授权银行查询"), "building-bank", "counter.own", 40),)
    public_pages = (
        Page("publication_public:notice_list", _("信用公示"), "file-text", "", 30),
        Page("publication_public:statistics", _("信用统计"), "chart-bar", "", 35),
        Page("publication_public:verify", _("文书核验"), "qrcode", "", 80),
    )

    def ready(self) -> None:
        from hengjian.street.assessment import shown

        from . import services, terms  # noqa: F401 - masked words leave with the decision

        shown.told_by(terms.counted_days)
