from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page

from . import guards


class ListingConfig(AppConfig):
    name = "hengjian.street.listing"
    label = "listing"
    verbose_name = _("名单与约束")
    audited = {
        "listing.begin": _("立案列入名单"),
        "listing.ask_department": _("发起失信约束"),
        "listing.object_to": _("企业对列入提出异议"),
        "listing.remind": _("公告提示将满期"),
        "export.listing": _("导出名单"),
    }
    powers = {
        "listing.view": _("查看名单、失信约束与答复记录"),
        "listing.ask": _("查询某事项是否受失信约束"),
        "listing.record": _("办理列入、移出名单，发起失信约束"),
        "listing.review": _("审核列入严重违法失信名单"),
        "listing.agree": _("作为上一级同意列入严重违法失信名单"),
        "listing.decide": _("批准列入、移出和撤销"),
        "listing.respond": _("响应其他部门发起的失信约束"),
    }
    desk_pages = (
        Page("listing:board", _("信用名单"), "flag", "listing.view", 36, _("信用信息")),
        Page("listing:candidates", _("列入线索"), "bulb", "listing.record", 37, _("信用信息")),
        Page("listing:restrictions", _("失信约束"), "ban", "listing.view", 38, _("信用信息")),
        Page("listing:responses", _("响应约束"), "inbox", "listing.respond", 38, _("信用信息")),
    )
    counter_pages = (Page("listing-counter:own", _("名单和约束"), "flag", "counter.own", 12),)

    def ready(self) -> None:
        from . import entering, panels, restricting  # noqa: F401 - register what the acts of their procedures do

        post_migrate.connect(guards.after_migrate, sender=self, dispatch_uid="listing.guards")
