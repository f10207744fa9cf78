"""Error pages that help, and problem documents (RFC 9457) for programs."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from hengjian.ground.kit.refusals import Message, Refusal

from . import powers

# What the facts of refusals are called on a page; programs read them by their names.
FACTS = {
    "act": _lazy("操作"), "basis": _lazy("依据"), "delivery": _lazy("报送批次"), "draw": _lazy("抽取"), "due": _lazy("期限"),
    "event": _lazy("事件"), "expected": _lazy("应为"), "family": _lazy("分类"), "field": _lazy("字段"), "fields": _lazy("字段"),
    "file": _lazy("文件"), "kind": _lazy("种类"), "limit": _lazy("上限"), "number": _lazy("编号"), "on": _lazy("日期"),
    "plan": _lazy("抽查计划"), "post": _lazy("岗位"), "power": _lazy("需要的权限"), "row": _lazy("行"), "rule": _lazy("规则"),
    "seq": _lazy("台账序号"), "since": _lazy("自"), "size": _lazy("大小"), "trial": _lazy("试算"),
    "uscc": _lazy("统一社会信用代码"), "value": _lazy("填写的值"), "visit": _lazy("检查任务"),
}  # fmt: skip


PAGES = (400, 403, 404, 409, 422, 500)


def _told(name: str, value: object) -> tuple[object, object]:
    """A fact as a person reads it; a power by its title."""
    if name == "power":
        title = powers.catalogue().get(str(value))
        value = _(str(title)) if title else value
    if isinstance(value, Mapping):
        value = "；".join(map(str, value.values()))
    return FACTS.get(name, name), value


def fact(value: object) -> object:
    """A fact as programs read it: what is wrong field by field stays an object, with its sentences in the reader's language."""
    if isinstance(value, Message):
        return value.told(_)
    if isinstance(value, Mapping):
        return {str(name): fact(one) for name, one in value.items()}
    return force_str(value)


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", "")


def problem(status: int, code: str, detail: str, **facts: object) -> JsonResponse:
    body = {"type": f"/docs/errors#{code}", "title": code, "status": status, "detail": detail, "facts": facts}
    options = {"ensure_ascii": False, "default": str}
    return JsonResponse(body, status=status, content_type="application/problem+json", json_dumps_params=options)


def _page(request: HttpRequest, status: int, code: str, detail: str, said: str = "", **facts: object) -> HttpResponse:
    """The page, or the problem document. A fact the sentence (`said`, as it is before it is filled) names is not repeated."""
    if _wants_json(request):
        return problem(status, code, detail, **facts)
    named = [_told(name, value) for name, value in facts.items() if f"%({name})" not in said]
    context = {"status": status, "code": code, "detail": detail, "facts": named}
    template = f"ui/{status}.html" if status in PAGES else "ui/409.html"
    return render(request, template, context, status=status)


def refusal(request: HttpRequest, exception: Refusal) -> HttpResponse:
    facts = {name: fact(value) for name, value in exception.facts.items()}
    return _page(request, exception.status, exception.code, exception.told(_), force_str(exception.message), **facts)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400, "bad_request", _("请求格式有误"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403, "not_allowed", _("您没有查看此页的权限"))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404, "not_found", _("没有找到这一页"))


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500, "server_error", _("系统出错，您的操作没有生效"))
