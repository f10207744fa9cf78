from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page

from . import guards


class ListingConfig(AppConfig):
    name = "hengjian.street.listing"
    label = "listing"
    verbose_name = _("名单与约束")
    powers = {
        "listing.view": "查看失信约束与答复记录",
        "listing.ask": "查询某事项是否受失信约束",
    }
    desk_pages = (Page("listing:restrictions", _("失信约束"), "ban", "listing.view", 36, _("信用信息")),)

    def ready(self) -> None:
        post_migrate.connect(guards.after_migrate, sender=self, dispatch_uid="listing.guards")
