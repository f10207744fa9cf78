"""The resource catalogue (信息资源目录): every kind of record with its contract, for people and, as DCAT, for machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.ground import policy
from hengjian.ground.people.language import named

from .contract import heading_of

AGENCIES = {
    "market-supervision": gettext_lazy("市场监管部门"), "department": gettext_lazy("其他主管部门"), "court": gettext_lazy("人民法院"),
}  # fmt: skip
PRIVACY = {"public": gettext_lazy("可公开"), "protected": gettext_lazy("受保护"), "internal": gettext_lazy("内部使用")}
TYPES = {
    "uscc": gettext_lazy("统一社会信用代码"), "date": gettext_lazy("日期"), "money": gettext_lazy("金额"), "bool": gettext_lazy("是／否"),
    "int": gettext_lazy("整数"), "code": gettext_lazy("代码"), "text": gettext_lazy("文字"),
}  # fmt: skip
UNITS = {"working_day": gettext_lazy("个工作日"), "calendar_day": gettext_lazy("日")}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a contract as people read it."""

    name: str
    title: str
    heading: str
    type: str
    required: bool
    privacy: str
    tone: str
    catalogue: str
    codes: int
    headings: list[str]
    checks: list[str]
    is_key: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of record in the catalogue."""

    kind: str
    title: str
    version: int
    agencies: list[str]
    basis: str
    promised: str  # how soon it must be filed, "" where the packs name no term
    publication: str
    fields: list[Field]

    @property
    def required(self) -> int:
        return sum(field.required for field in self.fields)

    @property
    def protected(self) -> int:
        return sum(field.tone != "green" for field in self.fields)


def items(on: date) -> list[Item]:
    """Every kind a file can hold, in the order of the packs."""
    law = policy.current()
    return [_item(law, kind, record, on) for kind, record in law.records.items()]


def item(kind: str, on: date) -> Item:
    law = policy.current()
    return _item(law, kind, law.record(kind), on)


def _item(law: Any, kind: str, record: Any, on: date) -> Item:
    publicity = law.publicity(record.publication) if record.publication else None
    basis = record.basis or (publicity.basis if publicity else "") or ""
    return Item(
        kind, named(record), record.version, [str(AGENCIES.get(agency, agency)) for agency in record.agency], basis,
        _promised(law, record, on), named(publicity) if publicity else "", [_field(law, record, name) for name in record.fields],
    )  # fmt: skip


def _promised(law: Any, record: Any, on: date) -> str:
    if not record.filing:
        return ""
    term = law.term(record.filing)
    reading = next((one for one in term.readings if one.since <= on and (one.until is None or on <= one.until)), None)
    return f"{reading.value} {UNITS.get(term.unit, term.unit)}" if reading else ""


def _field(law: Any, record: Any, name: str) -> Field:
    described = record.fields[name]
    tone = {"public": "green", "protected": "red", "internal": "yellow"}[described.privacy]
    codes = len(law.catalogue(described.catalogue).items) if described.catalogue else 0
    return Field(
        name, named(described), heading_of(record, name), str(TYPES.get(described.type, described.type)), described.required,
        str(PRIVACY[described.privacy]), tone, described.catalogue or "", codes, list(described.headings), list(described.checks),
        name in record.natural_key,
    )  # fmt: skip


def dcat(on: date, base: str) -> dict[str, Any]:
    """The catalogue as DCAT 3 in JSON-LD."""
    return {
        "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "hj": f"{base}#"},
        "@type": "dcat:Catalog",
        "dct:title": _("信用信息资源目录"),
        "dct:hasVersion": policy.current().version,
        "dcat:dataset": [_dataset(one, base) for one in items(on)],
    }


def _dataset(one: Item, base: str) -> dict[str, Any]:
    return {
        "@type": "dcat:Dataset", "@id": f"{base}{one.kind}/", "dct:identifier": one.kind, "dct:title": one.title,
        "dcat:version": str(one.version), "dct:publisher": one.agencies, "dct:conformsTo": one.basis, "hj:freshness": one.promised,
        "hj:publication": one.publication,
        "hj:fields": [
            {
                "name": field.name, "title": field.title, "type": field.type, "required": field.required, "privacy": field.privacy,
                "catalogue": field.catalogue, "headings": field.headings, "checks": field.checks, "key": field.is_key,
            }
            for field in one.fields
        ],
    }  # fmt: skip
