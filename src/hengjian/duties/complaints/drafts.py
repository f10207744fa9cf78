"""A filing that is not sent yet (草稿): kept concealed here, found by a cookie of the browser, gone after its days."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hengjian.ground.kit import files
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.kit.pictures import MAX_BYTES, stripped
from hengjian.ground.procedure.attachments import BadFile

from . import concealing
from .filing import MOST_FILES
from .following import limit_of
from .models import Draft

MOST_BYTES = 32 * 1024 * 1024  # of all files of a draft
COOKIE, SALT = "hj_filing", "complaints.draft"


@dataclass(slots=True)
class Kept:
    """What was told so far, by step, and the key it is found by."""

    key: str = ""
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.key.encode()).hexdigest()

    @property
    def cookie(self) -> str:
        return signing.dumps(self.key, salt=SALT)


def find(cookie: str) -> Kept | None:
    """The draft of a browser; none where the cookie is strange or the draft is gone."""
    try:
        key = signing.loads(cookie, salt=SALT) if cookie else ""
    except signing.BadSignature:
        return None
    kept = Kept(key)
    row = Draft.objects.filter(key=kept.digest).first() if key else None
    if row is None:
        return None
    kept.told = concealing.reveal(row.concealed)
    return kept


def start() -> Kept:
    return Kept(secrets.token_urlsafe(24))


def save(kept: Kept, at: datetime) -> None:
    Draft.objects.update_or_create(key=kept.digest, defaults={"concealed": concealing.conceal(kept.told), "updated": at})


@transaction.atomic
def claim(kept: Kept) -> bool:
    """Take the draft away to file it; False where another request has it already: one draft is one filing."""
    return Draft.objects.filter(key=kept.digest).delete()[0] == 1


def keep_file(kept: Kept, name: str, content: bytes) -> None:
    """A picture or a paper, checked by content and size; pictures lose what the camera wrote beside them. Raises BadFile."""
    held = kept.told.setdefault("files", [])
    if len(held) >= MOST_FILES:
        raise BadFile(_("证据材料不能超过 %(most)s 份"), most=MOST_FILES)
    if not content or len(content) > MAX_BYTES:
        raise BadFile(_("文件为空，或超过 %(most)s MB"), most=MAX_BYTES // 1024 // 1024)
    if sum(len(one["data"]) for one in held) * 3 // 4 + len(content) > MOST_BYTES:
        raise BadFile(_("材料合计不能超过 %(most)s MB"), most=MOST_BYTES // 1024 // 1024)
    kind = files.media_type_of(content)
    if not kind:
        raise BadFile(_("只收图片、PDF、不带宏的 Office 文档、MP4、MP3、WAV 和纯文本；文件内容须与类型相符"))
    if kind.startswith("image/"):
        content = stripped(content)
    held.append({"name": name[:160], "type": kind, "data": base64.b64encode(content).decode()})


def files_of(kept: Kept) -> list[tuple[str, bytes]]:
    return [(one["name"], base64.b64decode(one["data"])) for one in kept.told.get("files", ())]


def dispose(at: datetime) -> int:
    """Drafts past their days go."""
    days = limit_of("retention.draft", at.astimezone(SHANGHAI).date())
    return Draft.objects.filter(updated__lt=at - timedelta(days=days)).delete()[0]
