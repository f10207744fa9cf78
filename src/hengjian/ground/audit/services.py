"""Writing to the trail, sealing it, and checking it.

Each line carries a digest of its own content; a seal puts a Merkle root over all lines since the last seal and
chains it to that one. Writers share a lock and never wait for each other; sealing waits for them once. See docs/algorithms/audit.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from hengjian.ground.kit import append_only, clock, digests

from . import guards

if TYPE_CHECKING:
    from hengjian.ground.people.models import Officer

    from .models import Seal, Trail

LOCK = 0x6175646974  # "audit", an advisory lock on PostgreSQL
GENESIS = "0" * 64


def digest_of(actor: str, action: str, subject: str, basis: str, at: str, detail: dict[str, Any]) -> str:
    return digests.sm3(digests.canonical([actor, action, subject, basis, at, detail])).hex()


def moment(at: datetime) -> str:
    """How a digest writes a moment: Tianjin time, milliseconds."""
    return at.astimezone(clock.SHANGHAI).isoformat(timespec="milliseconds")


@transaction.atomic
def record(
    action: str, subject: str, *, by: Officer | None = None, actor: str = "", basis: str = "", **detail: Any
) -> None:
    """Append one line. `by` is the officer; `actor` names anybody else (a representative, the job runner)."""
    from .models import Trail  # models load after the apps do

    _lock("pg_advisory_xact_lock_shared")
    who = by.number if by else actor or "system"
    at = clock.now()
    plain = {
        key: value if isinstance(value, int | float | bool | list | dict | type(None)) else str(value)
        for key, value in detail.items()
    }
    subject, basis = subject[:120], basis[:120]
    digest = digest_of(who, action, subject, basis, moment(at), plain)
    Trail.objects.create(
        at=at, officer=by, actor=who, action=action, subject=subject, basis=basis, detail=plain, digest=digest
    )


def _lock(how: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {how}(%s)", [LOCK])


def _root(previous: str, lines: list[tuple[int, str]]) -> str:
    leaves = [digests.canonical([number, digest]) for number, digest in lines]
    return digests.sm3(bytes.fromhex(previous) + digests.merkle_root(leaves)).hex()


@transaction.atomic
def seal(*, at: datetime | None = None) -> Seal | None:
    """Put one root over all lines written since the last seal; None where there are none. Safe to repeat."""
    from .models import Seal, Trail

    _lock("pg_advisory_xact_lock")  # every writer is through: no lower number can appear later
    before = Seal.objects.order_by("-last").first()
    lines = list(Trail.objects.filter(pk__gt=before.last if before else 0).order_by("pk").values_list("pk", "digest"))
    if not lines:
        return None
    previous = before.root if before else GENESIS
    return Seal.objects.create(
        first=lines[0][0], last=lines[-1][0], lines=len(lines), previous=previous, root=_root(previous, lines),
        sealed_at=at or clock.now(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found. `fault` says the first thing that does not hold; empty when whole."""

    lines: int
    seals: int
    unsealed: int
    last_root: str
    unguarded: list[str]
    fault: str

    @property
    def whole(self) -> bool:
        return not self.fault and not self.unguarded


def verify() -> Verdict:
    """Recompute every digest and every seal from the lines, and name the first that does not hold."""
    from .models import Seal, Trail

    unguarded = append_only.missing(connection, guards.TABLES)
    last = Seal.objects.order_by("-last").first()
    unsealed = Trail.objects.filter(pk__gt=last.last if last else 0).count()
    fault = next(_faults(), "")
    return Verdict(Trail.objects.count(), Seal.objects.count(), unsealed, last.root if last else "", unguarded, fault)


def _faults() -> Iterator[str]:
    from .models import Seal, Trail

    for line in Trail.objects.order_by("pk").iterator(5_000):
        if not holds(line):
            yield f"第{line.pk}行与记下时的内容不一致"
            return
    previous, end = GENESIS, 0
    for sealed in Seal.objects.order_by("last").iterator(1_000):
        lines = list(Trail.objects.filter(pk__gt=end, pk__lte=sealed.last).order_by("pk").values_list("pk", "digest"))
        if len(lines) != sealed.lines:
            yield f"第{sealed.first}行至第{sealed.last}行应有{sealed.lines}行，现有{len(lines)}行"
            return
        if sealed.previous != previous or sealed.root != _root(previous, lines):
            yield f"第{sealed.first}行至第{sealed.last}行的封存与各行不一致"
            return
        previous, end = sealed.root, sealed.last


def holds(line: Trail) -> bool:
    """Whether a line still says what it said when it was written."""
    said = digest_of(line.actor, line.action, line.subject, line.basis, moment(line.at), line.detail)
    return said == line.digest
