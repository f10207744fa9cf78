from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "hengjian.ground.people"
    label = "people"
    verbose_name = _("机构与人员")
    audited = {
        "people.post": _("任命岗位"),
        "people.end-post": _("免去岗位"),
        "people.scope": _("变更数据范围"),
        "people.certificate": _("登记执法证件"),
        "people.retire": _("停用人员"),
        "people.return": _("恢复人员"),
    }
    powers = {
        "people.view": _("查看机构和人员"),
        "people.manage": _("管理机构、人员和岗位"),
        "counter.own": _("办理本企业事项"),
    }
