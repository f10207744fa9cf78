from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "hengjian.duties.complaints"
    label = "complaints"
    verbose_name = _("投诉举报")
    powers = {
        "complaints.view": "查看投诉举报（不含个人信息）",
        "complaints.take": "登记、导入和分送投诉举报",
        "complaints.handle": "办理投诉举报，查看投诉人和举报人",
        "complaints.decide": "批准投诉举报事项",
    }
