from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from . import guards


class AuditConfig(AppConfig):
    name = "hengjian.ground.audit"
    label = "audit"
    verbose_name = _("审计")
    powers = {"audit.view": _("查看审计记录")}

    def ready(self) -> None:
        post_migrate.connect(guards.after_migrate, sender=self, dispatch_uid="audit.guards")
