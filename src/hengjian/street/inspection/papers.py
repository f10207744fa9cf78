"""The papers of a visit as PDF: notice (检查通知书) and record (检查记录表), each with a code by which it can be checked."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from hengjian.ground.documents import services as documents
from hengjian.ground.documents import typeset
from hengjian.ground.kit import clock
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import title_in

from . import followups, queries, rules, services, showing
from .errors import NoVisit
from .models import Result, Visit

FORMATS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
BOX = (600, 200)  # the field a signature is drawn in


@requires("inspection.view")
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Who comes, whose order, which items; with the code the firm scans."""
    found = queries.visit_of(request.officer, pk)  # type: ignore[attr-defined]
    return _paper(request, "inspection-notice", found, {})


@requires("inspection.view")
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found, item by item, with digests of the pictures and the signatures."""
    found = queries.visit_of(request.officer, pk)  # type: ignore[attr-defined]
    result = queries.result_of(found)
    if result is None:
        raise NoVisit("这次检查还没有结果，不能出具检查记录", visit=pk)
    with translation.override("zh-hans"):
        told = _result(found, result)
    try:
        return _paper(request, "inspection-record", found, told)
    except typeset.BadTemplate:  # a picture that no reader can draw: it is named by its digest, the others are printed
        told["photos"] = [photo | {"file": photo["file"] if _prints(photo) else ""} for photo in told["photos"]]
        return _paper(request, "inspection-record", found, told)


def _prints(photo: dict[str, str]) -> bool:
    probe = {"pictures": [photo]}
    try:
        typeset.sheet("inspection-picture", probe, on=clock.today(), pictures=services.pictures())
    except typeset.BadTemplate:
        return False
    return True


@requires("inspection.view")
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """What a follow-up is told by: an order to correct, a hand-over of a lead, a notice to another department."""
    row = queries.follow_up(request.officer, pk)  # type: ignore[attr-defined]
    result = queries.result_of(row.visit)
    if row.disposal not in followups.LETTERS or result is None:
        raise NoVisit("这项后续处理没有文书", visit=row.visit_id)
    found = queries.visit_of(request.officer, row.visit_id)  # type: ignore[attr-defined]
    with translation.override("zh-hans"):
        told = showing.result(result)
        more = {
            "kind": followups.LETTERS[row.disposal], "to": row.to.name if row.to else "", "measure": row.measure, "until": str(row.due),
            "opened": str(row.opened), "codes": "；".join(told["codes"]), "day": str(timezone.localdate(result.recorded)), "note": result.note,
            "problems": [[one["title"], one["basis"], one["doubt"], one["note"]] for one in told["items"] if one["answer"] == rules.PROBLEM],
            "order": row.disposal == rules.RECTIFY, "photos_taken": len(result.photos),
        }  # fmt: skip
    return _paper(request, "inspection-letter", found, more)


def _paper(request: HttpRequest, template: str, found: Visit, more: dict[str, Any]) -> HttpResponse:
    on = clock.today()
    address = request.build_absolute_uri(reverse("inspection_public:visit", args=[found.code]))
    with translation.override("zh-hans"):  # an issued paper has one wording
        data = {
            "number": found.proceeding.number, "agency": found.proceeding.agency.name, "plan": found.proceeding.title,
            "name": found.entity.name, "uscc": found.entity.uscc, "address": found.entity.address or "登记住所未载明", "due": str(found.due),
            "parts": showing.parts_of(found), "certificates": showing.certificates_of(found, on), "on": str(on),
            "officers": "、".join(officer.name for officer in found.officers.all()), "visit_qr": typeset.qr_svg(address), **more,
        }  # fmt: skip
        verify_at = request.build_absolute_uri(reverse("publication_public:verify"))
        folder = services.pictures() if more.get("photos") else None
        subject = f"visit:{found.proceeding.number}"
        paper = documents.issue(template, data, subject=subject, verify_at=verify_at, on=on, pictures=folder)
    headers = {"Content-Disposition": f'inline; filename="{template}-{found.pk}.pdf"'}
    return HttpResponse(paper.pdf, content_type="application/pdf", headers=headers)


def _result(found: Visit, result: Result) -> dict[str, Any]:
    told, photos = showing.result(result), queries.photos_of(found)
    moment = "%Y-%m-%d %H:%M"
    pairs = [
        ("检查经过", str(told["path"])), ("检查结果", "；".join(told["codes"])), ("后续处理", told["disposal"]), ("检查方式", told["method"]),
        ("到场时间", f"{timezone.localtime(found.arrived):{moment}}" if found.arrived else "未记录"),
        ("到场地点", f"{found.place['lat']}, {found.place['lon']} ±{found.place['accuracy']} 米" if found.place else "未取得"),
        ("结束时间", f"{timezone.localtime(result.finished):{moment}}" if result.finished else "未记录"),
        ("录入时间", f"{timezone.localtime(result.recorded):{moment}}"), ("见证人", result.witness or "—"),
        ("当事人签字", result.signed_by_firm or "未签字"), ("说明", result.note or "—"),
    ]  # fmt: skip
    return {
        "pairs": pairs,
        "items": [[item["title"], item["basis"], item["doubt"], item["word"], item["note"] or "—"] for item in told["items"]],
        "photos": [
            {
                "file": f"/{services.path_of(photo.sha256).relative_to(services.pictures())}", "format": FORMATS[photo.media_type],
                "of": title_in(queries.ITEMS, photo.item) if photo.item else "现场",
                "at": f"{timezone.localtime(photo.taken or photo.received):{moment}}", "digest": photo.sha256,
                "place": f"{photo.place['lat']}, {photo.place['lon']}" if photo.place else "",
            }
            for photo in photos
        ],
        "signatures": [[word, svg(strokes)] for word, strokes in showing.signatures(result)],
        "record_day": str(timezone.localdate(result.recorded)),
    }  # fmt: skip


def svg(strokes: str) -> str:
    """Lines of a pen as a picture; anything else gives an empty field."""
    path = strokes if rules.is_signature(strokes) else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {BOX[0]} {BOX[1]}">'
        f'<path d="{path}" fill="none" stroke="#111" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
