from django.apps import AppConfig
from django.db.models.signals import post_migrate

from . import guards


class LedgerConfig(AppConfig):
    name = "hengjian.street.ledger"
    label = "ledger"
    verbose_name = "信用台账"
    powers = {"ledger.view": "查看信用记录"}

    def ready(self) -> None:
        post_migrate.connect(guards.after_migrate, sender=self, dispatch_uid="ledger.guards")
