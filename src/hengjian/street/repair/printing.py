"""Papers of repair: the guide that goes out with a decision, the application, notices and decisions.

All are set from one template: a lead sentence, facts, sections. Only what was on record when the paper was issued is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from hengjian.ground import policy
from hengjian.ground.kit.money import yuan
from hengjian.ground.people import citing
from hengjian.ground.policy import Law, NotInForce, clauses
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure import rules as acts
from hengjian.ground.procedure.effects import prints
from hengjian.ground.procedure.models import Paper, Proceeding
from hengjian.street.ledger import queries as ledger
from hengjian.street.publication.rulebook import Rulebook

from . import queries, rules

GUIDE, APPLICATION = "repair-form.00", "repair-form.01"
SENTENCES = {
    "repair-form.02": "你单位提交的信用修复申请材料不全，现一次性告知须补正的内容。补正后重新计算受理期限。",
    "repair-form.03": "你单位的信用修复申请符合受理条件，决定受理。",
    "repair-form.04": "你单位的信用修复申请不符合受理条件，决定不予受理。",
    "repair-form.05": "经核实，你单位具备信用修复条件，准予修复。所涉记录即日起不再公示，由此产生的限制措施同时解除，结果推送信用中国网站。",
    "repair-form.06": "经核实，你单位不具备信用修复条件，不予修复。",
    "repair-form.07": "经查，你单位取得信用修复时涉嫌隐瞒真实情况或者提供虚假材料，拟撤销修复。你单位可以陈述和申辩。",
    "repair-form.08": "经查，你单位隐瞒真实情况或者提供虚假材料取得信用修复，决定撤销修复，恢复公示，公示期重新计算，三年内不得再次申请信用修复。",
}
SAID = {
    "missing": "须补正", "method": "核实方式", "met": "已核实具备的条件", "verified": "核实情况", "refusal": "情形", "reasons": "理由", "facts": "事实",
    "statement": "企业的陈述", "answer": "是否采纳",
}  # fmt: skip
CODES = {"method": "repair-verification", "met": rules.CONDITIONS, "refusal": "repair-refusals"}


@prints(GUIDE)
def guide(matter: Proceeding, paper: Paper) -> dict[str, Any]:
    """The guide for what a case decided (两书同达): when it may be repaired at the earliest, how, and where."""
    upto = [event for event in procedure.events_of(matter) if event.position <= paper.event.position]
    said, law = acts.said(upto), policy.current()
    fields = {"kind_of_penalty": said.get("penalties", []), "tier": said.get("tier", ""), "fine_fen": said.get("fine")}
    fields |= {"procedure": "summary"} if matter.kind == "penalty-simple" else {}
    lead = "随行政处罚决定书一并送达。请保存本告知书，期满后可以按下列方式申请信用修复。"
    number = Paper.objects.filter(event=paper.event).exclude(form=GUIDE).exclude(number="").values_list("number", flat=True).last() or ""
    return {"lead": lead, "facts": [["所随文书", number], ["作出日期", paper.on.isoformat()]], "sections": sections_of(law, "penalty", fields, paper.on)}


def sections_of(law: Law, kind: str, fields: Mapping[str, Any], decided: date) -> list[dict[str, Any]]:
    """What the law of the day of the decision says of the way back from a record of this kind."""
    book = Rulebook(law)
    rule, record = book.publicity(kind), clauses.titled(law, kind, {"decided": decided, **fields})
    never = book.excluded(rule, record) if rule else ""
    if never:
        return [{"title": "是否公示", "rows": [], "lines": [f"{never}，不需要申请修复。"]}]
    way = clauses.way_of(law, kind, fields, decided)
    if way is None:
        return [{"title": "修复途径", "rows": [], "lines": ["法律包中没有这类记录的修复途径，请向作出机关咨询。"]}]
    due = book.due(rule, decided) if rule else None
    rows = [["适用情形", way.title], ["最迟公示日", due.isoformat() if due else "—"]]
    rows += _terms(law, way, due or decided, decided)
    found = [{"title": "期限", "rows": rows, "lines": ["自公示之日起计算；早于最迟公示日公示的，各日相应提前。"]}]
    if "apply" in way.extra:
        found += _how(law, way, decided)
    else:
        found.append({"title": "怎样停止公示", "rows": [], "lines": [str(way.extra.get("note") or "期满自动停止公示，不需要申请。")]})
    found.append({"title": "对本记录有异议的", "rows": [], "lines": ["可以通过企业服务窗口提出异议，作出机关先标注、再核实；也可以依法申请行政复议或者提起行政诉讼。"]})
    return found


def _terms(law: Law, way: Any, since: date, decided: date) -> list[list[str]]:
    rows = []
    for name, label in (("apply", "最早可申请之日"), ("ends", "期满停止公示之日")):
        term = way.extra.get(name)
        if term and term != rules.AT_ONCE:
            try:
                end = law.deadline(term, {law.term(term).from_: since}, on=max(decided, law.term(term).readings[0].since))
            except NotInForce:
                continue
            rows.append([label, f"不晚于 {(end.day + timedelta(days=1)).isoformat()}（{law.term(term).title}，{citing.cited(end.basis)}）"])
    return rows


def _how(law: Law, way: Any, on: date) -> list[dict[str, Any]]:
    titles, asked = law.catalogue(rules.CONDITIONS).items, way.extra.get("conditions", ())
    conditions = [titles[code].title for code in ("waited", *asked) if code in titles and (code != "waited" or way.extra["apply"] != rules.AT_ONCE)]
    materials = [item.title for item in law.catalogue(rules.MATERIALS).rows if item.extra.get("made") or item.extra.get("proves") in asked]
    times = []
    for name, label in (("accept", "受理"), ("decide", "决定")):
        if term := way.extra.get(name):
            try:
                reading = law.term(term).on(on)
            except NotInForce:
                continue
            times.append([label, f"{reading.value} 个工作日（{citing.cited(reading.basis)}）"])
    return [
        {"title": "申请条件", "rows": [], "lines": conditions},
        {"title": "材料", "rows": [], "lines": materials},
        {"title": "向谁申请、何时办结", "rows": [["渠道", "企业服务窗口（线上）、信用中国（天津）网站或者作出决定的机关窗口，任选其一，不必重复申请"], *times], "lines": []},
        {"title": "虚假的后果", "rows": [], "lines": ["以虚假材料取得修复的，撤销修复、恢复公示、期限重新计算，三年内不得再次申请。"]},
    ]  # fmt: skip


@prints(*SENTENCES)
def notice(matter: Proceeding, paper: Paper) -> dict[str, Any]:
    """A notice or decision: what was asked, what was found, what was decided."""
    upto = [event for event in procedure.events_of(matter) if event.position <= paper.event.position]
    said = acts.said(upto)
    record = ledger.entry(said["entry"]) if "entry" in said else _repaired(said)
    facts = [["案号", matter.number]]
    if record:
        facts += [["所涉记录", f"{policy.current().record(record.kind).title} {record.document}".strip()], ["作出日期", record.decided.isoformat()]]
    facts.append(["收到申请之日" if matter.kind in queries.KINDS else "立案之日", matter.opened.isoformat()])
    rows = [[label, _value(name, said[name])] for name, label in SAID.items() if said.get(name) and not (name == "missing" and paper.form != "repair-form.02")]
    return {"lead": SENTENCES[paper.form], "facts": facts, "sections": [{"title": "说明", "rows": rows, "lines": []}] if rows else []}


def _repaired(said: Mapping[str, Any]) -> Any:
    repair = ledger.entry(said.get("repair", 0))
    return repair.refers if repair else None


def _value(name: str, value: Any) -> str:
    if name not in CODES:
        return str(value)
    listed = policy.current().catalogue(CODES[name])
    return "、".join(listed.title_of(code) for code in (value if isinstance(value, list) else [value]))


def application(matter: Proceeding) -> dict[str, Any]:
    """The application with its commitment, as the firm submitted it."""
    opening = procedure.events_of(matter)[0].body
    record, law = ledger.entry(opening["entry"]), policy.current()
    assert record is not None  # an application names its record
    fine = [["罚款", f"{yuan(record.fine_fen)} 元"]] if record.fine_fen else []
    facts = [
        ["申请人", record.entity.name], ["统一社会信用代码", record.uscc], ["修复对象", f"{law.record(record.kind).title} {record.document}".strip()],
        ["作出机关", record.issuer.name], ["作出日期", record.decided.isoformat()], *fine, ["案号", matter.number],
    ]  # fmt: skip
    computed = [[name, str(value)] for name, value in opening.get("computed", {}).items()]
    brought = [[name, str(value)] for name, value in opening.get("materials", {}).items()]
    promise = [item.title for item in law.catalogue("repair-commitment").rows]
    found = [
        {"title": "申请说明", "rows": [], "lines": [opening["said"]] if opening.get("said") else ["（无）"]},
        {"title": "提交的材料", "rows": brought, "lines": [] if brought else ["（没有需要提交的材料）"]},
        {"title": "资格核算（收到申请当日）", "rows": computed, "lines": []},
        {"title": "信用承诺", "rows": [["签署", opening.get("commitment", "")]], "lines": promise},
    ]
    on = matter.opened
    return {
        "agency": matter.agency.name, "title": law.document(APPLICATION).title, "number": "", "void": "", "parties": [], "basis": "",
        "lead": "", "facts": facts, "sections": found, "remedies": [], "signed": [], "on": f"{on.year}年{on.month}月{on.day}日", "seal": "",
    }  # fmt: skip
