"""A page that lists every endpoint, without any script, and the answer to addresses nobody serves."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from hengjian.ground.people.access import requires
from hengjian.ground.people.errors import problem

from .assembly import described


@cache
def _groups() -> dict[str, list[dict[str, Any]]]:
    schema = json.loads(described())
    groups: dict[str, list[dict[str, Any]]] = {}
    for address, operations in schema["paths"].items():
        for method, operation in operations.items():
            entry = {
                "method": method.upper(),
                "address": address,
                "summary": operation.get("summary", ""),
                "description": operation.get("description", ""),
                "parameters": operation.get("parameters", []),
            }
            groups.setdefault(operation.get("tags", ["api"])[0], []).append(entry)
    return groups


@requires("public")
def reference(request: HttpRequest) -> HttpResponse:
    """Every endpoint with its parameters (接口说明)."""
    return render(request, "api/reference.html", {"groups": _groups()})


@requires("public")
def nothing_here(request: HttpRequest) -> HttpResponse:
    return problem(404, "not_found", _("没有这个接口；接口清单见 /api/"))


def with_problems(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A wrong method is answered by ninja itself, as a page; here it becomes a problem document like the others."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code != 405 or "json" in response.headers.get("Content-Type", ""):
            return response
        refused = problem(405, "wrong_method", _("这个地址不支持该方法"))
        refused.headers["Allow"] = response.headers["Allow"]
        return refused

    return answer
