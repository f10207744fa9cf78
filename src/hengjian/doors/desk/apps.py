from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page


class DeskConfig(AppConfig):
    name = "hengjian.doors.desk"
    label = "desk"
    verbose_name = "工作台"
    desk_pages = (Page("desk:home", _("我的工作台"), "inbox", "", 1),)
