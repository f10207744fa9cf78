from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page


class PortalConfig(AppConfig):
    name = "hengjian.doors.portal"
    label = "portal"
    verbose_name = "公示门户"
    public_pages = (
        Page("portal:home", _("首页"), "home", "", 10),
        Page("portal:search", _("企业信用"), "search", "", 20, covers=("/entity/",)),
        Page("portal:about", _("关于与核验"), "info-circle", "", 90),
    )
