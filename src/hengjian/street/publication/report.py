"""The credit publicity report of an entity (信用信息公示报告), from the projection alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.ground import policy
from hengjian.ground.documents import services as documents
from hengjian.ground.people import citing
from hengjian.street.assessment import telling
from hengjian.street.ledger import telling as ledger
from hengjian.street.register import telling as registered
from hengjian.street.register.telling import capital_in_chinese

from . import queries
from .models import PublicEntity, PublicNotice

PLATFORM = "天津市智慧市场监管平台"
SECTIONS = (
    ("licence", "行政许可"), ("penalty", "行政处罚"), ("inspection", "抽查检查结果"), ("abnormal-list", "经营异常名录"),
    ("serious-list", "严重违法失信名单"), ("court-defaulter", "失信被执行人"), ("annual-report", "年度报告"), ("honour", "荣誉信息"), ("red-list", "守信激励名单"),
)  # fmt: skip


TEMPLATE = "credit-report"


def issue(entity: PublicEntity, *, verify_at: str, on: date) -> documents.Paper:
    """Set and note the report of an entity as the public sees it on a day."""
    return documents.issue(TEMPLATE, data(entity, on), subject=f"entity:{entity.uscc}", verify_at=verify_at, on=on)


def as_json(entity: PublicEntity, *, verify_at: str, on: date) -> dict[str, Any]:
    """The same report for programs, under the same code: whoever has it may work the code out again (`code_of`), as the check page does."""
    told, paper = data(entity, on), issue(entity, verify_at=verify_at, on=on)
    return {
        "template": TEMPLATE, "on": on.isoformat(), "data": told, "code": paper.code, "verify_at": f"{verify_at}{paper.code}",
        "pdf_sha256": hashlib.sha256(paper.pdf).hexdigest(),
    }  # fmt: skip


def data(entity: PublicEntity, on: date) -> dict[str, Any]:
    law = policy.current()
    notices = list(queries.notices_of(entity.uscc, None, on))
    return {
        "title": "企业信用信息公示报告",
        "platform": PLATFORM,
        "name": entity.name,
        "uscc": entity.uscc,
        "as_of": str(queries.data_as_of() or on),
        "class_title": class_title(law, entity),
        "basic": basic(law, entity),
        "reasons": worded(law, entity.ruleset, entity.reasons),
        "sections": [
            {"title": title, "notices": [{"rows": rows(law, n)} for n in notices if n.kind == kind]}
            for kind, title in SECTIONS
        ],
    }


def worded(law: policy.Law, ruleset: str, reasons: Iterable[str]) -> list[str]:
    """Each rule that gave the class: its wording and its article."""
    known = {rule.id: rule for rule in law.ruleset(ruleset).rules} if ruleset in law.sections["rules"] else {}
    return [f"{known[each].title}（{citing.cited(known[each].basis)}）" for each in reasons if each in known]


def class_title(law: policy.Law, entity: PublicEntity) -> str:
    if not entity.class_code:
        return "尚未分类"
    return law.ruleset(entity.ruleset).class_item(entity.class_code).title


def titled(law: policy.Law, catalogue: str, code: str) -> str:
    """The title of a code, or the code itself where the catalogue does not know it."""
    if catalogue not in law.sections["catalogues"]:
        return code
    items = law.catalogue(catalogue).items
    return telling.named(items[code]) if code in items else code


def basic(law: policy.Law, entity: PublicEntity) -> list[list[str]]:
    pairs = [
        ("名称", entity.name),
        ("曾用名", "、".join(entity.former_names)),
        ("主体类型", titled(law, "entity-types", entity.entity_type)),
        ("登记状态", titled(law, "registration-states", entity.status)),
        ("成立日期", str(entity.established or "")),
        ("注册资本", capital_in_chinese(entity.capital_fen, entity.capital_currency)),
        ("登记机关", entity.authority),
        ("所在区", titled(law, "districts", entity.district)),
        ("行业", registered.industry(entity.industry)),
        ("住所", entity.address),
        ("经营范围", entity.scope_text),
    ]
    return [[label, value or "—"] for label, value in pairs]


def rows(law: policy.Law, notice: PublicNotice) -> list[list[str]]:
    """A notice as label and value: the issuer, its public fields by the titles of the record, and its days."""
    fields = law.record(notice.kind).fields
    skip = {"uscc", "name", "document", "decided", "issuer", "until"}
    body = [[fields[k].title, printed(v)] for k, v in notice.body.items() if k in fields and k not in skip]
    head = [["文书号", notice.document or "—"], ["作出机关", notice.issuer], ["作出日期", notice.decided.isoformat()]]
    until = notice.until.isoformat() if notice.until else "依法停止公示之日"
    said = [["异议", objected(notice)]] if notice.objection else []
    said += [["遮蔽", one] for one in masked(notice)]
    said += [[f"企业回应（{reply['on']}）", reply["text"]] for reply in notice.replies]
    return [*head, *body, ["公示期", f"{notice.published_on.isoformat()} 至 {until}"], *said]


def masked(notice: PublicNotice) -> list[str]:
    """What was masked in a notice, in a sentence each."""
    return [ledger.masked(notice.kind, one["on"], one["fields"], one["ground"]) for one in notice.redacted]


def objected(notice: PublicNotice) -> str:
    """How the firm's objection stands, in a sentence; empty where there is none."""
    told = notice.objection
    if not told:
        return ""
    if told.get("outcome") == "refused":
        return _("企业提出过异议，%(day)s 核实不成立：%(because)s") % {"day": told["decided"], "because": told["because"]}
    if told.get("outcome") == "upheld":
        return _("企业提出的异议 %(day)s 核实成立：%(because)s") % {"day": told["decided"], "because": told["because"]}
    return _("企业对本条有异议，%(day)s 起核实中") % {"day": told["flagged"]}


def printed(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
