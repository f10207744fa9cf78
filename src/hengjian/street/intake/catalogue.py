"""The resource catalogue (信息资源目录): every kind of record with its contract, read from the packs for people and for machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.ground import policy
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people import citing
from hengjian.ground.people.language import named

from .contract import heading_of

AGENCIES = {
    "market-supervision": gettext_lazy("市场监管部门"), "department": gettext_lazy("其他主管部门"), "court": gettext_lazy("人民法院"),
}  # fmt: skip
PRIVACY = {"public": gettext_lazy("可公开"), "protected": gettext_lazy("受保护"), "internal": gettext_lazy("内部使用")}
TONES = {"public": "green", "protected": "red", "internal": "yellow"}
# The class of a kind is that of its most protected field.
CLASSES = {
    "public": gettext_lazy("全部可公开"), "internal": gettext_lazy("含内部使用的内容"), "protected": gettext_lazy("含受保护的个人信息"),
}  # fmt: skip
TYPES = {
    "uscc": gettext_lazy("统一社会信用代码"), "date": gettext_lazy("日期"), "money": gettext_lazy("金额"), "bool": gettext_lazy("是／否"),
    "int": gettext_lazy("整数"), "code": gettext_lazy("代码"), "text": gettext_lazy("文字"),
}  # fmt: skip
UNITS = {"working_day": gettext_lazy("个工作日"), "calendar_day": gettext_lazy("日")}
CHECKS = {
    "uscc": gettext_lazy("校验码正确"), "not-future": gettext_lazy("不晚于报送之日"), "non-negative": gettext_lazy("不小于零"),
    "max-length": gettext_lazy("不超过 %(than)s 字"), "not-before": gettext_lazy("不早于“%(than)s”"), "range": gettext_lazy("在 %(than)s 之间"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a contract as people read it."""

    name: str
    title: str
    heading: str
    kind: str  # text, date, money, …
    type: str
    many: bool
    required: bool
    privacy: str
    class_: str  # public, internal, protected
    tone: str
    catalogue: str
    codes: int
    headings: list[str]
    checks: list[str]
    told: list[str]  # the checks in words
    is_key: bool
    is_public: bool  # named by the publicity rule
    note: str


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of record in the catalogue."""

    kind: str
    title: str
    called: list[str]  # its names for each kind of entity, where the law has several
    version: int
    agencies: list[str]
    basis: str
    cited: str
    doubt: str
    promised: str  # how soon it must be filed, "" where the packs name no term
    promised_by: str  # the law that says so, and what is to check of it
    publication: str
    unpublished: str  # where the public sees it after all, or why not
    class_: str
    privacy: str
    tone: str
    standing: bool
    fields: list[Field]

    @property
    def required(self) -> int:
        return sum(field.required for field in self.fields)

    @property
    def protected(self) -> int:
        return sum(field.class_ != "public" for field in self.fields)

    @property
    def key(self) -> list[str]:
        return [field.title for field in self.fields if field.is_key]


def items(on: date) -> list[Item]:
    """Every kind a file can hold: registrations first, then as the packs list them."""
    law = policy.current()
    told = sorted(law.records.items(), key=lambda pair: pair[0] != "registration")
    return [_item(law, kind, record, on) for kind, record in told if not record.abstract]


def item(kind: str, on: date) -> Item:
    law = policy.current()
    return _item(law, kind, law.record(kind), on)


def _item(law: Any, kind: str, record: Any, on: date) -> Item:
    publicity = law.publicity(record.publication) if record.publication else None
    source = record if record.basis or publicity is None else publicity
    basis = source.basis or ""
    fields = [_field(law, record, name, publicity.public if publicity else ()) for name in record.fields]
    class_ = next((one for one in ("protected", "internal") if any(field.class_ == one for field in fields)), "public")
    promised, promised_by = _promised(law, record, on)
    return Item(
        kind, named(record), [named(one) for one in record.called.values()], record.version, [str(AGENCIES.get(agency, agency)) for agency in record.agency],
        basis, citing.cited(basis) if basis else "", citing.doubt(source.confidence or ("project" if basis == "project" else None)), promised, promised_by,
        named(publicity) if publicity else "", named(record.unpublished) if record.unpublished else "", class_, str(CLASSES[class_]), TONES[class_],
        record.standing, fields,
    )  # fmt: skip


def _promised(law: Any, record: Any, on: date) -> tuple[str, str]:
    if not record.filing:
        return "", ""
    term = law.term(record.filing)
    reading = next((one for one in term.readings if one.since <= on and (one.until is None or on <= one.until)), None)
    if reading is None:
        return "", ""
    said = [citing.cited(reading.basis), citing.doubt(reading.confidence)]
    return f"{reading.value} {UNITS.get(term.unit, term.unit)}", " · ".join(filter(None, dict.fromkeys(said)))


def _field(law: Any, record: Any, name: str, public: Any) -> Field:
    described = record.fields[name]
    codes = len(law.catalogue(described.catalogue).items) if described.catalogue else 0
    return Field(
        name, named(described), heading_of(record, name), described.type, str(TYPES.get(described.type, described.type)), described.many, described.required,
        str(PRIVACY[described.privacy]), described.privacy, TONES[described.privacy], described.catalogue or "", codes, list(described.headings),
        list(described.checks), [_told(record, check) for check in described.checks], name in record.natural_key, name in public, described.note,
    )  # fmt: skip


def _told(record: Any, check: str) -> str:
    """A check in words."""
    name, _mark, than = check.partition(":")
    if name == "not-before" and than in record.fields:
        than = named(record.fields[than])
    return str(CHECKS[name]) % {"than": than.replace("..", "–")} if name in CHECKS else check


def codes(name: str) -> Any:
    """A code list some field of a record uses; others are no matter of the catalogue."""
    law = policy.current()
    used = {field.catalogue for record in law.records.values() for field in record.fields.values()}
    if name not in used or not name:
        raise NotFound(_("没有这张代码表"), name=name)
    return law.catalogue(name)


def contract(one: Item) -> dict[str, Any]:
    """The contract of one kind for machines."""
    return {
        "kind": one.kind, "title": one.title, "called": one.called, "version": one.version, "agencies": one.agencies, "basis": one.basis, "basis_cited": one.cited,
        "to_check": one.doubt, "freshness": one.promised, "freshness_basis": one.promised_by, "privacy": one.class_, "publication": one.publication,
        "unpublished": one.unpublished, "natural_key": [field.name for field in one.fields if field.is_key], "standing": one.standing,
        "fields": [
            {
                "name": field.name, "title": field.title, "heading": field.heading, "type": field.kind, "many": field.many, "required": field.required,
                "privacy": field.class_, "public": field.is_public, "catalogue": field.catalogue, "headings": field.headings, "checks": field.checks,
                "key": field.is_key, "note": field.note,
            }
            for field in one.fields
        ],
    }  # fmt: skip


def listed(name: str) -> dict[str, Any]:
    """A code list for machines, as SKOS concepts."""
    found = codes(name)
    return {
        "@context": {"skos": "http://www.w3.org/2004/02/skos/core#", "dct": "http://purl.org/dc/terms/"}, "@type": "skos:ConceptScheme",
        "dct:identifier": name, "dct:title": named(found), "dct:conformsTo": found.basis or "",
        "skos:hasTopConcept": [{"@type": "skos:Concept", "skos:notation": code, "skos:prefLabel": named(one)} for code, one in found.items.items()],
    }  # fmt: skip


def dcat(on: date, base: str) -> dict[str, Any]:
    """The catalogue as DCAT 3 in JSON-LD. `base`: the address of the catalogue."""
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/", "hj": f"{base}#",
        },
        "@id": base, "@type": "dcat:Catalog",
        "dct:title": _("信用信息资源目录"),
        "dct:hasVersion": policy.current().version,
        "dcat:dataset": [_dataset(one, base) for one in items(on)],
    }  # fmt: skip


def _dataset(one: Item, base: str) -> dict[str, Any]:
    place = f"{base}{one.kind}/"
    told = contract(one)
    media = (("contract.json", "application/json", _("数据契约")), ("template.xlsx", XLSX, _("报送模板")))
    return {
        "@type": "dcat:Dataset", "@id": place, "dct:identifier": one.kind, "dct:title": one.title, "dcat:version": str(one.version), "dcat:landingPage": place,
        "dct:publisher": [{"@type": "foaf:Agent", "foaf:name": agency} for agency in one.agencies], "dct:conformsTo": one.cited, "dct:accessRights": one.privacy,
        "hj:freshness": one.promised, "hj:publication": one.publication or one.unpublished, "hj:naturalKey": told["natural_key"], "hj:fields": told["fields"],
        "dcat:distribution": [
            {"@type": "dcat:Distribution", "dct:title": title, "dcat:downloadURL": place + name, "dcat:mediaType": kind} for name, kind, title in media
        ],
    }  # fmt: skip


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
