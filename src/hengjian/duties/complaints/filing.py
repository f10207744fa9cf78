"""Take a filing in: one act, whoever tells it and however. It becomes a complaint, a report, or both, each with its own clock."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from hengjian.ground import audit, policy
from hengjian.ground.kit import clock, files, uscc
from hengjian.ground.people.models import Agency, Officer
from hengjian.ground.procedure import attachments, counting, parties
from hengjian.ground.procedure import services as procedure
from hengjian.street.register.models import Entity

from . import concealing, places
from .errors import FilingIncomplete
from .models import Dispatch, Filing, Person, Track
from .tracks import settle

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no signs that are mistaken for each other
CODE_LENGTH = 8
LONGEST = 5_000  # characters of the account
MOST_FILES = 9
PROCEDURES = "complaint-procedures"


@dataclass(frozen=True, slots=True)
class Who:
    """Who files. Without a name it is an anonymous report."""

    name: str = ""
    phone: str = ""
    address: str = ""
    id_type: str = ""
    id_no: str = ""
    insider: bool = False  # works for the firm (内部举报人)


@dataclass(frozen=True, slots=True)
class Firm:
    """The firm as it was told. `unfound`: the citizen cannot name it, which is an answer."""

    name: str = ""
    uscc: str = ""
    licence: str = ""
    shop: str = ""
    url: str = ""
    address: str = ""
    unfound: bool = False

    def told(self) -> dict[str, Any]:
        names = ("uscc", "licence", "shop", "url", "address", "unfound")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


@dataclass(frozen=True, slots=True)
class Told:
    """What a filing says, apart from who says it."""

    text: str
    kinds: Sequence[str]  # complaint, report, report-advertising, odr
    channel: str = "platform"
    source: str = "portal"
    reference: str = ""
    firm: Firm = field(default_factory=Firm)
    category: str = ""
    goods: str = ""
    happened: date | None = None
    amount_fen: int | None = None
    requests: Sequence[str] = ()
    district: str = ""
    may_publish: bool = False
    may_delegate: bool = False
    confirmed_at: datetime | None = None
    dispatched_at: datetime | None = None
    slow: bool = False
    files: Sequence[tuple[str, bytes]] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the citizen takes home. The code is told once."""

    filing: Filing
    code: str


_QUEUE = threading.Lock()


@contextmanager
def taking() -> Iterator[None]:
    """One transaction in which a filing is taken in. SQLite has one writer: threads queue here for it, which is fair, and do
    not poll for it until their patience ends."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with _QUEUE, transaction.atomic():
            yield
    else:
        with transaction.atomic():
            yield


def file(*, told: Told, who: Who, at: datetime, by: Officer | None = None, agency: Agency | None = None) -> Receipt:
    """Register a filing (登记). Raises FilingIncomplete.

    A work order that is known already gives its filing back, without a code: it changes nothing.
    """
    with taking():
        return _file(told, who, at, by, agency)


def _file(told: Told, who: Who, at: datetime, by: Officer | None, agency: Agency | None) -> Receipt:
    if told.reference and (known := Filing.objects.filter(source=told.source, reference=told.reference).first()):
        return Receipt(known, "")
    _refuse_incomplete(told, who)
    received = at.astimezone(clock.SHANGHAI).date()
    entity = _entity(told.firm)
    where = agency or places.competent(entity, told.district)
    code = "".join(secrets.choice(ALPHABET) for _each in range(CODE_LENGTH))
    number = _number(received)
    filing = Filing.objects.create(
        number=number, salt=(salt := secrets.token_hex(8)), code=code_digest(salt, code), source=told.source, reference=told.reference,
        channel=told.channel, dispatched_at=told.dispatched_at, received=received, received_at=at, agency=where, entity=entity,
        firm_name=(entity.name if entity else told.firm.name or told.firm.shop)[:200], firm=told.firm.told(),
        district=(entity.district if entity else "") or told.district or where.district, street=entity.street if entity else "",
        category=told.category, goods=told.goods, happened=told.happened, amount_fen=told.amount_fen, requests=list(told.requests),
        text=told.text.strip(), may_publish=told.may_publish, may_delegate=told.may_delegate, confirmed_at=told.confirmed_at, slow=told.slow,
    )  # fmt: skip
    Dispatch.objects.create(filing=filing, position=1, way="dispatch", receiver=where, at=at, on=received, reason="first", by=by)
    if who.name or who.phone:
        _enter(filing, who)
    for kind in told.kinds:
        open_track(filing, kind, on=received, at=at, by=by, named=bool(who.name))
    keep_files(filing, [content for _name, content in told.files], on=received, at=at)
    audit.record("complaints.file", f"filing:{number}", by=by, actor=told.source, kinds=list(told.kinds))
    return Receipt(filing, code)


def keep_files(filing: Filing, contents: Sequence[bytes], *, on: date, at: datetime) -> None:
    """Into every open matter of the filing. What the citizen called them may name people and stays out of the record."""
    for track in filing.tracks.filter(open=True).select_related("proceeding__agency").order_by("pk"):
        matter, begun = track.proceeding, track.proceeding.attachments.count()
        for n, content in enumerate(contents, begun + 1):
            ending = files.ENDINGS.get(files.media_type_of(content), "bin")
            attachments.attach(matter, content, name=f"材料{n}.{ending}", by=None, on=on, expected_version=matter.version, at=at)


def _refuse_incomplete(told: Told, who: Who) -> None:
    """What the law asks of a complaint; a report needs a lead, and may come without a name."""
    kinds = set(told.kinds)
    if not kinds or kinds - set(Track.KINDS):
        raise FilingIncomplete(_("请选择投诉、举报，或两者"), field="kinds")
    if not told.text.strip():
        raise FilingIncomplete(_("请写明发生了什么"), field="text")
    if len(told.text) > LONGEST:
        raise FilingIncomplete(_("内容不能超过 %(most)s 字"), field="text", most=LONGEST)
    if len(told.files) > MOST_FILES:
        raise FilingIncomplete(_("证据材料不能超过 %(most)s 份"), field="files", most=MOST_FILES)
    if kinds & {"complaint", "odr"} and not (who.name.strip() and who.phone.strip()):
        raise FilingIncomplete(_("投诉须写明投诉人的姓名和电话号码"), field="name")
    firm = told.firm
    if not (firm.name or firm.uscc or firm.shop or firm.url or firm.licence or firm.address or firm.unfound):
        raise FilingIncomplete(_("请写明被投诉举报的经营者，或选择“找不到”"), field="firm")
    if firm.uscc and not uscc.is_valid(uscc.normalise(firm.uscc)):
        raise FilingIncomplete(_("统一社会信用代码须为 18 位，且校验位相符"), field="uscc")


def _entity(firm: Firm) -> Entity | None:
    """By its code only: a name alone never is an entity."""
    return Entity.objects.filter(uscc=uscc.normalise(firm.uscc)).first() if firm.uscc else None


def _number(on: date) -> str:
    """Digits only, so that it can be read over a telephone: the year, then a running number of the whole platform."""
    root = Agency.objects.order_by("parent_id", "pk").filter(parent=None).first()
    assert root is not None, "a platform has agencies"
    return f"{on.year}{counting.next_serial('filing', root, on.year):08d}"


def code_digest(salt: str, code: str) -> str:
    return concealing.mark(salt + code.strip().upper(), "code")


def _enter(filing: Filing, who: Who) -> None:
    data = {name: getattr(who, name) for name in Who.__slots__ if getattr(who, name)}
    Person.objects.create(
        filing=filing, concealed=concealing.conceal(data), phone_mark=concealing.mark(who.phone, "phone"),
        address_mark=concealing.mark(who.address, "address"), identity_mark=concealing.mark(who.id_no, "identity"), named=bool(who.name),
    )  # fmt: skip


def procedure_for(kind: str, on: date) -> str:
    """The procedure of the law in force on the day of receipt."""
    return str(policy.current().catalogue(PROCEDURES).on(on)[kind].extra["procedure"])


def open_track(
    filing: Filing, kind: str, *, on: date, at: datetime, by: Officer | None = None, named: bool = False, body: Mapping[str, Any] | None = None
) -> Track:
    """One matter of a filing, numbered at the agency where the filing lies. Its title says nothing of a person."""
    matter = procedure.open(
        by=None, kind=procedure_for(kind, on), agency=filing.agency, subject=filing.entity.uscc if filing.entity else "", on=on,
        title=filing.firm_name or str(_("找不到的经营者")), at=at,
        body={"filing": filing.number, "channel": filing.channel, **({"named": named} if kind == "report" else {}), **(body or {})},
    )  # fmt: skip
    if filing.firm_name and kind in ("complaint", "report"):
        firm = parties.Person(
            name=filing.firm_name, uscc=filing.entity.uscc if filing.entity else "",
            address=(filing.entity.address if filing.entity else filing.firm.get("address", ""))[:400],
        )  # fmt: skip
        parties.join(matter, by=None, role="respondent", who=firm, on=on, expected_version=matter.version, at=at)
    track = Track.objects.create(filing=filing, proceeding=matter, kind=kind, agency=filing.agency, state="")
    return settle(track, on)
