"""Files of a matter: checked by content, kept under their digest, handed out as downloads only."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from pathlib import Path, PurePath

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hengjian.ground.kit import durable, files
from hengjian.ground.kit.refusals import Invalid, NotFound
from hengjian.ground.people.models import Officer

from . import services
from .models import Attachment, Proceeding


class BadFile(Invalid):
    """A file that is empty, too large, or not what the platform keeps."""

    code = "bad_file"


def most() -> int:
    """The largest file kept, in bytes."""
    return int(settings.ENV.upload_mb) * 1024 * 1024


def path_of(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "matters" / digest[:2] / digest


@transaction.atomic
def attach(
    proceeding: Proceeding, content: bytes, *, name: str, by: Officer | None, on: date, expected_version: int,
    at: datetime,
) -> Attachment:  # fmt: skip
    """Keep a file; the same content twice is kept and recorded once. Raises BadFile."""
    if by is not None:
        services.refuse_outsider(proceeding, by, on)
    if not content or len(content) > most():
        raise BadFile(_("文件为空，或超过 %(most)s MB") % {"most": most() // 1024 // 1024}, size=len(content))
    kind = files.media_type_of(content)
    if not kind:
        raise BadFile(_("只收图片、PDF、不带宏的 Office 文档、MP4、MP3、WAV 和纯文本；文件内容须与类型相符"), file=name)
    digest = hashlib.sha256(content).hexdigest()
    if known := Attachment.objects.filter(proceeding=proceeding, sha256=digest).first():
        return known
    _keep(digest, content)
    short = PurePath(name.replace("\\", "/")).name[:160] or f"{digest[:16]}.{files.ENDINGS[kind]}"
    told = {"name": short, "sha256": digest, "size": len(content), "media_type": kind}
    event = services.beside(proceeding, "attached", by=by, on=on, expected_version=expected_version, body=told, at=at)
    return Attachment.objects.create(
        proceeding=proceeding, position=event.position, sha256=digest, name=short, media_type=kind, size=len(content),
        received=at, by=by,
    )  # fmt: skip


def _keep(digest: str, content: bytes) -> None:
    place = path_of(digest)
    if not place.exists():
        durable.keep(place, content)


def of(proceeding: Proceeding, digest: str) -> Attachment:
    found = Attachment.objects.filter(proceeding=proceeding, sha256=digest).first()
    if found is None:
        raise NotFound(_("没有这个文件"), file=digest[:16])
    return found


def altered(proceeding: Proceeding) -> list[Attachment]:
    """Files that are missing or no longer have their digest."""
    return [one for one in Attachment.objects.filter(proceeding=proceeding).order_by("position") if not _whole(one)]


def _whole(one: Attachment) -> bool:
    place = path_of(one.sha256)
    return place.is_file() and hashlib.sha256(place.read_bytes()).hexdigest() == one.sha256
