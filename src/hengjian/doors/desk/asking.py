"""Who is asking: pages of the desk need an officer, not just somebody who signed in."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hengjian.ground.kit.refusals import NotAllowed
from hengjian.ground.people.models import Officer


def officer_of(request: HttpRequest) -> Officer:
    """The officer on the request; raises NotAllowed for any other account."""
    officer: Officer | None = request.officer  # type: ignore[attr-defined]
    if officer is None:
        raise NotAllowed(_("工作台只对在职工作人员开放；请由系统管理员把您的账号与人员档案关联"))
    return officer
