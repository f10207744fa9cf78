from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "hengjian.street.assessment"
    label = "assessment"
    verbose_name = "信用风险分类"
    powers = {
        "assessment.view": "查看内部风险等级与任意日期的分类",
        "assessment.whatif": "试算规则变更",
    }
