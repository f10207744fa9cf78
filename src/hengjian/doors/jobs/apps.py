from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "hengjian.doors.jobs"
    label = "jobs"
    verbose_name = "定时任务"
