from django.apps import AppConfig


class ProcedureConfig(AppConfig):
    name = "hengjian.ground.procedure"
    label = "procedure"
    verbose_name = "办理程序"
    powers = {"procedure.undo": "撤回办理步骤"}
