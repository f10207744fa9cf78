from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "hengjian.street.intake"
    label = "intake"
    verbose_name = "信息归集"
    powers = {
        "intake.view": "查看本机关报送批次",
        "intake.deliver": "报送数据文件",
    }
