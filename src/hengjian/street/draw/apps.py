from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from hengjian.ground.ui.pages import Page

from . import guards


class DrawConfig(AppConfig):
    name = "hengjian.street.draw"
    label = "draw"
    verbose_name = "双随机抽取"
    audited = {
        "draw.file_plan": _("制定抽查计划"),
        "draw.publish_plan": _("公布抽查计划"),
        "draw.declare_tie": _("申报回避"),
        "draw.end_tie": _("解除回避"),
        "draw.note_employer": _("登记曾任职单位"),
        "draw.see_ties": _("查看他人的回避关系"),
        "draw.take_objects": _("导入检查对象"),
        "export.items": _("导出抽查事项清单"),
        "export.burden": _("导出涉企检查频次"),
        "export.load": _("导出检查负荷"),
        "export.inspectors": _("导出检查人员库"),
        "draw.ask_off_plan": _("申请计划外检查"),
        "draw.decide_off_plan": _("审批计划外检查"),
        "draw.join_picks": _("合并检查任务"),
        "draw.redraw": _("重新抽取"),
        "draw.freeze": _("冻结名录"),
        "draw.commit": _("公布承诺"),
        "draw.reveal_seed": _("公布种子"),
        "draw.hold": _("抽取"),
        "draw.open_list": _("公开名单"),
    }
    powers = {
        "draw.view": _("查看抽查计划与抽取"),
        "draw.plan": _("制定抽查计划"),
        "draw.hold": _("组织抽取"),
        "draw.approve": _("批准重新抽取和计划外检查"),
        "draw.declare": _("申报回避"),
        "draw.ask": _("申请计划外检查"),
    }
    desk_pages = (
        Page("draw:items", _("一单两库"), "list-details", "draw.view", 39, _("监督检查"), covers=("/desk/draw/library/",)),
        Page("draw:plan_list", _("双随机抽取"), "dice-5", "draw.view", 40, _("监督检查")),
        Page("draw:burden", _("涉企检查频次"), "hourglass", "draw.view", 41, _("监督检查")),
        Page("draw:off_plan", _("计划外检查"), "file-text", "draw.view", 41, _("监督检查")),
    )
    public_pages = (Page("draw_public:draw_list", _("抽查公示"), "dice-5", "", 40),)

    def ready(self) -> None:
        post_migrate.connect(guards.after_migrate, sender=self, dispatch_uid="draw.guards")
