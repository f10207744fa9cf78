from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page


class ExchangeConfig(AppConfig):
    name = "hengjian.doors.exchange"
    label = "exchange"
    verbose_name = _("数据交换")
    powers = {
        "exchange.view": _("查看数据交换的进度、回执与退回"),
        "exchange.push": _("立即向交换对象推送"),
    }
    audited = {"exchange.push": _("向交换对象推送"), "exchange.look": _("人工核对对方网站")}
    desk_pages = (
        Page("exchange:peers", _("数据交换"), "send", "exchange.view", 29, _("信息归集")),
        Page("exchange:repairs", _("修复同步台账"), "versions", "exchange.view", 38, _("信用信息")),
    )

    def ready(self) -> None:
        from . import guards, panels  # noqa: F401 - panels show on matters of repair how far its sites are

        post_migrate.connect(guards.after_migrate, sender=self, dispatch_uid="exchange.guards")
