"""What a result may say: every item answered, codes that fit the findings, a follow-up where something was found.

No database, no clock. The lists come from the pack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from hengjian.ground.kit.refusals import Message

KIND = "inspection"  # of procedures
DONE, REFUSED, NOT_FOUND = "done", "refused", "not-found"
PASS, PROBLEM, NOT_APPLICABLE = "pass", "problem", "not-applicable"
NO_PROBLEM, CORRECTED = "1", "E"
# The code that tells of the path itself (国家市场监管 抽查检查结果代码).
CODE_OF = {REFUSED: "8", NOT_FOUND: "6"}
NO_FOLLOW_UP = "none"
RECTIFY, CASE, DEPARTMENT = "order-correct", "case-transfer", "inform-other"  # follow-ups that lead somewhere
SIGNERS = ("firm", "officer", "second", "witness")
STROKES = re.compile(r"(?:M-?\d+ -?\d+(?:L-?\d+ -?\d+)*)+", re.ASCII)  # lines of a pen, as SVG writes a path
MOST_STROKES = 20_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found on one item."""

    item: str
    answer: str  # pass | problem | not-applicable
    note: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One visit as its officers report it."""

    path: str = DONE  # done | refused | not-found
    answers: tuple[Answer, ...] = ()
    codes: tuple[str, ...] = ()  # catalogue inspection-results
    disposal: str = NO_FOLLOW_UP  # catalogue inspection-disposals
    method: str = "1"  # catalogue inspection-methods
    note: str = ""
    witness: str = ""  # who saw that the visit could not be made; or why there is nobody
    signed_by_firm: str = ""  # name of the person who signed for the firm
    signatures: Mapping[str, str] = field(default_factory=dict)  # signer -> strokes of the pen
    photos: tuple[str, ...] = ()  # digests
    arrived: datetime | None = None  # both by the clock of the device
    finished: datetime | None = None
    place: Mapping[str, float] = field(default_factory=dict)  # on arriving: {lat, lon, accuracy}
    left: Mapping[str, float] = field(default_factory=dict)  # on finishing

    @property
    def problems(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.answer == PROBLEM]


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of the pack in force on the day: code -> whether it speaks against the firm, and codes."""

    items: Sequence[str]
    results: Mapping[str, bool]
    disposals: Sequence[str]
    methods: Sequence[str]


Mistakes = Iterator[tuple[str, Message]]


def mistakes(finding: Finding, lists: Lists) -> dict[str, Message]:
    """Field -> what is wrong with it and what to do; empty when the result may be recorded."""
    found = dict(_listed(finding, lists)) | dict(_signed(finding))
    if finding.path == DONE:
        found |= dict(_visited(finding, lists))
    elif finding.path in CODE_OF:
        found |= dict(_not_visited(finding))
    else:
        found["path"] = Message("请选择检查经过：已检查、拒不配合或查无下落")
    return found


def _listed(finding: Finding, lists: Lists) -> Mistakes:
    if not finding.codes:
        yield "codes", Message("请选择检查结果")
    for code in finding.codes:
        if code not in lists.results:
            yield "codes", Message("结果代码“%(code)s”不在当日有效的代码表中", {"code": code})
    if finding.disposal not in lists.disposals:
        yield "disposal", Message("请选择后续处理")
    if finding.method not in lists.methods:
        yield "method", Message("请选择检查方式")


def _visited(finding: Finding, lists: Lists) -> Mistakes:
    given = {answer.item: answer for answer in finding.answers}
    for code in lists.items:
        answer = given.get(code)
        if answer is None or answer.answer not in (PASS, PROBLEM, NOT_APPLICABLE):
            yield f"item:{code}", Message("请逐项选择：未见问题、发现问题或不适用")
        elif answer.answer == PROBLEM and not answer.note.strip():
            yield f"item:{code}", Message("发现问题的事项须写明具体情况")
    if stray := sorted(set(given) - set(lists.items)):
        yield "items", Message("“%(item)s”不是本次检查的事项", {"item": stray[0]})
    elif len(given) != len(finding.answers):
        yield "items", Message("同一事项只能填写一次")
    yield from _consistent(finding, lists)
    if not finding.signed_by_firm.strip() and not finding.note.strip():
        yield "signed_by_firm", Message("请填写当事人签字人；拒绝签字的，在说明中注明")


def _consistent(finding: Finding, lists: Lists) -> Mistakes:
    against = [code for code in finding.codes if lists.results.get(code)]
    if taken := sorted(set(finding.codes) & set(CODE_OF.values())):
        yield "codes", Message("结果代码“%(code)s”只用于拒不配合或查无下落的检查", {"code": taken[0]})
    elif finding.problems and not against and CORRECTED not in finding.codes:
        yield "codes", Message("有事项发现问题，检查结果不能是未发现问题")
    elif against and not finding.problems:
        yield "codes", Message("没有事项发现问题，检查结果却记载了问题")
    elif NO_PROBLEM in finding.codes and len(finding.codes) > 1:
        yield "codes", Message("“未发现问题”不能与其他结果同时选择")
    if against and finding.disposal == NO_FOLLOW_UP:
        yield "disposal", Message("发现问题的，须选择后续处理")


def _signed(finding: Finding) -> Mistakes:
    if set(finding.signatures) - set(SIGNERS) or not all(map(is_signature, finding.signatures.values())):
        yield "signatures", Message("签名无法识别，请清除后重新签名")
    if finding.arrived and finding.finished and finding.finished < finding.arrived:
        yield "finished", Message("结束时间早于到场时间，请核对手机时间")


def is_signature(strokes: str) -> bool:
    """Whether a text is nothing but lines of a pen."""
    return len(strokes) <= MOST_STROKES and STROKES.fullmatch(strokes) is not None


def place_of(text: str) -> dict[str, float]:
    """Latitude, longitude and accuracy in metres from "39.1,117.2,12"; empty where it is none."""
    try:
        lat, lon, accuracy = (float(part) for part in text.split(","))
    except ValueError:
        return {}
    inside = -90 <= lat <= 90 and -180 <= lon <= 180 and 0 <= accuracy <= 100_000
    return {"lat": round(lat, 5), "lon": round(lon, 5), "accuracy": round(accuracy)} if inside else {}


def _not_visited(finding: Finding) -> Mistakes:
    if finding.codes and finding.codes != (CODE_OF[finding.path],):
        yield "codes", Message("这一检查经过的结果代码只能是“%(code)s”", {"code": CODE_OF[finding.path]})
    if finding.answers:
        yield "items", Message("没有实际检查的，不填写各事项")
    if not finding.note.strip():
        yield "note", Message("请写明到场时间、地点和具体情形")
    if not finding.witness.strip():
        yield "witness", Message("请写明见证人姓名和单位；没有见证人的，写明原因")


def said(finding: Finding) -> dict[str, Any]:
    """The finding as the chained record keeps it."""
    return {
        "path": finding.path,
        "items": [{"item": a.item, "answer": a.answer, "note": a.note.strip()} for a in finding.answers],
        "codes": list(finding.codes),
        "disposal": finding.disposal,
        "method": finding.method,
        "note": finding.note.strip(),
        "witness": finding.witness.strip(),
        "signed_by_firm": finding.signed_by_firm.strip(),
        "signatures": {signer: strokes for signer in SIGNERS if (strokes := finding.signatures.get(signer))},
        "arrived": finding.arrived and finding.arrived.isoformat(timespec="seconds"),
        "finished": finding.finished and finding.finished.isoformat(timespec="seconds"),
        "place": dict(finding.place),
        "left": dict(finding.left),
        "photos": list(finding.photos),
    }


def completed(finding: Finding) -> Finding:
    """A visit that could not be made has one code; it need not be chosen by hand."""
    code = CODE_OF.get(finding.path)
    return replace(finding, codes=(code,)) if code and not finding.codes else finding


def speaks_against(codes: Sequence[str], lists: Lists) -> bool:
    """Whether a result is a negative one."""
    return any(lists.results.get(code) for code in codes)
