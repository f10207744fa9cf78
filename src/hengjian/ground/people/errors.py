"""Error pages that help, and problem documents (RFC 9457) for programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from hengjian.ground.kit.refusals import Refusal


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", "")


def problem(status: int, code: str, detail: str, **facts: object) -> JsonResponse:
    body = {"type": f"/docs/errors#{code}", "title": code, "status": status, "detail": detail, "facts": facts}
    options = {"ensure_ascii": False, "default": str}
    return JsonResponse(body, status=status, content_type="application/problem+json", json_dumps_params=options)


def _page(request: HttpRequest, status: int, code: str, detail: str, **facts: object) -> HttpResponse:
    if _wants_json(request):
        return problem(status, code, detail, **facts)
    context = {"status": status, "code": code, "detail": detail, "facts": facts}
    template = f"ui/{status}.html" if status in (400, 403, 404, 409, 500) else "ui/409.html"
    return render(request, template, context, status=status)


def refusal(request: HttpRequest, exception: Refusal) -> HttpResponse:
    facts = {name: force_str(value) for name, value in exception.facts.items()}
    return _page(request, exception.status, exception.code, force_str(exception.message), **facts)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400, "bad_request", _("请求格式有误"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403, "not_allowed", _("您没有查看此页的权限"))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404, "not_found", _("没有找到这一页"))


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500, "server_error", _("系统出错，您的操作没有生效"))
