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
    }
    powers = {"publication.view": "查看公示预览和公示日程", "publication.manage": "执行公示和停止公示"}
    desk_pages = (Page("publication:schedule", _("信用公示"), "world", "publication.view", 60),)
    public_pages = (
        Page("publication_public:notice_list", _("信用公示"), "file-text", "", 30),
        Page("publication_public:statistics", _("信用统计"), "chart-bar", "", 35),
        Page("publication_public:verify", _("文书核验"), "qrcode", "", 80),
    )
