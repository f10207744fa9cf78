"""What every endpoint may answer besides success, said in one way."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people.errors import fact, problem


class Problem(Schema):
    """A problem document: `title` is the error code of docs/errors.md, `detail` speaks to people."""

    type: str
    title: str
    status: int
    detail: str
    facts: dict[str, Any] = {}


CODES = {400: "bad_request", 401: "sign_in", 403: "not_allowed", 404: "not_found", 405: "wrong_method", 409: "refused"}
ANSWERS = {**CODES, 422: "invalid"}


def install(api: NinjaAPI) -> None:
    """Turn every error an endpoint can raise into a problem document."""

    @api.exception_handler(Refusal)
    def _refusal(request: HttpRequest, error: Refusal) -> HttpResponse:
        facts = {name: fact(value) for name, value in error.facts.items()}
        return problem(error.status, error.code, error.told(_), **facts)

    @api.exception_handler(ValidationError)
    def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
        where = [{"at": ".".join(map(str, item["loc"])), "message": item["msg"]} for item in error.errors]
        return problem(422, "invalid", _("参数有误，请按各处提示改正"), errors=where)

    @api.exception_handler(AuthenticationError)
    def _stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return problem(401, "sign_in", _("请先登录"))

    @api.exception_handler(Http404)
    def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(404, "not_found", _("没有这个资源"))

    @api.exception_handler(PermissionDenied)
    def _forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        return problem(403, "not_allowed", _("您的岗位没有这项权限"))

    @api.exception_handler(SuspiciousOperation)
    def _suspicious(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
        return problem(400, "bad_request", _("请求格式有误"))

    @api.exception_handler(HttpError)
    def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, CODES.get(error.status_code, "refused"), force_str(error))
