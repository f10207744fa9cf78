"""What acts said, in words: fields by their titles and types, acts by their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.ground.kit.money import yuan
from hengjian.ground.people.language import named, title_in
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.policy.schema.procedures import Field_, Procedure

from .models import Attachment, Party, Proceeding

BESIDE = {
    "open": gettext_lazy("立卷"), "undo": gettext_lazy("撤回上一步"), "proposed": gettext_lazy("提请批准"),
    "declined": gettext_lazy("退回提请"), "attached": gettext_lazy("收入附件"), "joined": gettext_lazy("登记当事人"),
    "left": gettext_lazy("当事人退出"), "handed-over": gettext_lazy("移交承办人"), "helpers-named": gettext_lazy("调整协办人"),
    "entrusted": gettext_lazy("交办"), "reported": gettext_lazy("办毕交办事项"), "supervised": gettext_lazy("督办"),
    "released": gettext_lazy("解除督办"), "sent": gettext_lazy("移送其他机关"),
}  # fmt: skip
PLAIN = {
    "reason": gettext_lazy("理由"), "what": gettext_lazy("事项"), "due": gettext_lazy("期限"), "outcome": gettext_lazy("办理情况"),
    "opinion": gettext_lazy("批准意见"), "name": gettext_lazy("文件"),
}  # fmt: skip


class Words:
    """Words of one matter: its officers, parties and files are read once, when first needed."""

    def __init__(self, proceeding: Proceeding, procedure: Procedure) -> None:
        self.proceeding, self.procedure = proceeding, procedure
        self._officers: dict[str, str] = {}
        self._files: dict[str, str] | None = None

    def act(self, name: str) -> str:
        return named(self.procedure.acts[name]) if name in self.procedure.acts else str(BESIDE.get(name, name))

    def event(self, act: str, body: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
        """Title of an event, and what it said by field."""
        inner = body.get("act")
        title = self.act(act) + (f"：{self.act(str(inner))}" if inner and act in BESIDE else "")
        said = body["body"] if act == "proposed" else body
        return title, [*self.told(said), *self._plain(act, body)]

    def told(self, body: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Title and text of every field of the definition that is in a body, in the order of the definition."""
        known = (
            (name, field) for name, field in self.procedure.fields.items() if body.get(name) not in (None, "", [], {})
        )
        return [(named(field), self.value(field, body[name])) for name, field in known]

    def _plain(self, act: str, body: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What the kernel itself writes beside the acts."""
        names = [name for name in PLAIN if body.get(name) and name not in self.procedure.fields]
        found = [(str(PLAIN[name]), str(body[name])) for name in names if act in BESIDE or name == "opinion"]
        if act in BESIDE and act not in ("open", "proposed"):
            found += [
                (str(PLAIN[n]), str(body[n]))
                for n in ("reason", "due", "outcome")
                if body.get(n) and n in self.procedure.fields
            ]
        people = [("to", _("承办")), ("proposed_by", _("提请人"))]
        found += [(label, self.officer(str(body[key]))) for key, label in people if body.get(key)]
        agencies = [("from_agency", _("移出机关")), ("to_agency", _("接收机关"))]
        found += [(label, self._agency(str(body[key]))) for key, label in agencies if act == "sent"]
        if body.get("proposed_with"):
            found.append((_("共同提请人"), self.officer(str(body["proposed_with"]))))
        if act == "helpers-named":
            found.append((_("协办"), _("、").join(map(self.officer, body["helpers"])) or "—"))
        if act == "joined":
            found.append((_("身份"), named(self.procedure.roles.get(body["role"]))))
        return found

    def value(self, field: Field_, value: Any) -> str:
        kind = field.type
        if kind == "code":
            return _("、").join(
                title_in(field.catalogue or "", code) for code in (value if isinstance(value, list) else [value])
            )
        if kind == "money":
            return _("%(yuan)s 元") % {"yuan": yuan(value)}
        if kind == "bool":
            return _("是") if value else _("否")
        if kind == "moment":
            return str(value).replace("T", " ")
        if kind == "officers":
            return _("、").join(map(self.officer, value))
        if kind == "files":
            return _("、").join(self._file(digest) for digest in value)
        if kind == "record":
            return _("；").join(f"{name}：{one}" for name, one in value.items())
        if kind == "party":
            found = Party.objects.filter(proceeding=self.proceeding, position=value).first()
            return found.name if found else str(value)
        return str(value)

    def officer(self, number: str) -> str:
        if number not in self._officers:
            found = Officer.objects.filter(number=number).first()
            self._officers[number] = found.name if found else number
        return self._officers[number]

    def _agency(self, code: str) -> str:
        found = Agency.objects.filter(code=code).first()
        return found.name if found else code

    def _file(self, digest: str) -> str:
        if self._files is None:
            rows = Attachment.objects.filter(proceeding=self.proceeding).order_by("position")
            self._files = dict(rows.values_list("sha256", "name"))
        return self._files.get(digest, digest[:12])
