from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "hengjian.street.register"
    label = "register"
    verbose_name = "主体登记库"
    powers = {"register.view": "查看一户一档"}
