from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "hengjian.street.inspection"
    label = "inspection"
    verbose_name = "现场检查"
    powers = {
        "inspection.view": "查看检查任务和结果",
        "inspection.record": "录入检查结果",
        "inspection.assign": "派发检查任务",
        "inspection.review": "审核检查结果",
    }

    def ready(self) -> None:
        from . import services  # noqa: F401 - registers what the acts of the procedure do
