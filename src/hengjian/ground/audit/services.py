"""Writing to the trail. Each line carries a digest of its own content (docs/algorithms/ledger.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hengjian.ground.kit import clock, digests

if TYPE_CHECKING:
    from hengjian.ground.people.models import Officer


def digest_of(actor: str, action: str, subject: str, basis: str, at: str, detail: dict[str, Any]) -> str:
    return digests.sm3(digests.canonical([actor, action, subject, basis, at, detail])).hex()


def record(
    action: str, subject: str, *, by: Officer | None = None, actor: str = "", basis: str = "", **detail: Any
) -> None:
    """Append one line. `by` is the officer; `actor` names anybody else (a representative, the job runner)."""
    from .models import Trail  # models load after the apps do

    who = by.number if by else actor or "system"
    at = clock.now()
    plain = {
        key: value if isinstance(value, int | float | bool | list | dict | type(None)) else str(value)
        for key, value in detail.items()
    }
    digest = digest_of(who, action, subject, basis, at.isoformat(timespec="milliseconds"), plain)
    Trail.objects.create(
        at=at, officer=by, actor=who, action=action, subject=subject, basis=basis, detail=plain, digest=digest
    )
