from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page


class RegisterConfig(AppConfig):
    name = "hengjian.street.register"
    label = "register"
    verbose_name = "主体登记库"
    audited = {
        "register.unite": _("登记合并、分立或换码"),
        "register.part": _("撤销合并、分立或换码"),
        "personal.register": _("查看主体背后的自然人"),
    }
    powers = {"register.view": _("查看一户一档"), "register.unite": _("登记和撤销合并、分立、换码")}
    desk_pages = (Page("register:entity_list", _("主体登记库"), "building-store", "register.view", 24, _("信息归集")),)
