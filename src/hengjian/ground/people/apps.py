from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "hengjian.ground.people"
    label = "people"
    verbose_name = _("机构与人员")
    powers = {
        "people.view": "查看机构和人员",
        "people.manage": "管理机构、人员和岗位",
        "counter.own": "办理本企业事项",
    }
