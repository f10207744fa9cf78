from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "hengjian.ground.audit"
    label = "audit"
    verbose_name = "审计"
    powers = {"audit.view": "查看审计记录"}
