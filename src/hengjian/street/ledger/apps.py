from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "hengjian.street.ledger"
    label = "ledger"
    verbose_name = "信用台账"
    powers = {"ledger.view": "查看信用记录"}
