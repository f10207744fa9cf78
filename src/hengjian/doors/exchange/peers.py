"""Who is told: peers of the pack, with the address and key that the deployer gives in HENGJIAN_PEERS."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from hengjian.ground import policy


@dataclass(frozen=True, slots=True)
class Peer:
    """One system that follows ours. Without an address it is not connected."""

    code: str
    title: str
    title_en: str
    sends: str  # notices | entities
    kinds: tuple[str, ...]
    within: str  # term by which a change must have reached it; empty: none
    url: str = ""
    key: str = ""
    look: str = ""  # address of one record there, with {entry_seq}: where we see whether it is gone

    @property
    def follows_repairs(self) -> bool:
        return self.sends == "notices" and bool(self.within)


def peers() -> list[Peer]:
    """The peers of the pack, in its order."""
    law, told = policy.current(), connections(settings.PEERS)
    return [
        Peer(
            item.code, item.title, item.title_en, item.extra["sends"], tuple(item.extra.get("kinds", ())),
            item.extra.get("within", ""), **told.get(item.code, {}),
        )
        for item in law.catalogue("peers").rows
    ]  # fmt: skip


def named(code: str) -> Peer | None:
    return next((peer for peer in peers() if peer.code == code), None)


def connections(text: str) -> dict[str, dict[str, str]]:
    """Addresses and keys by code from the setting; `look` may name where a single record is shown. Raises ImproperlyConfigured with what is wrong and the remedy."""
    example = 'HENGJIAN_PEERS=\'{"credit-tianjin": {"url": "https://…", "key": "…"}}\''
    try:
        told = json.loads(text or "{}")
    except ValueError as error:
        raise ImproperlyConfigured(f"HENGJIAN_PEERS is not JSON ({error}); write {example}") from error
    for code, one in told.items() if isinstance(told, dict) else [("", told)]:
        whole = isinstance(one, dict) and {"url", "key"} <= set(one) <= {"url", "key", "look"} and len(one["key"]) >= 16
        if not whole or not all(one[name].startswith(("https://", "http://")) for name in ("url", "look") if name in one):
            raise ImproperlyConfigured(f"HENGJIAN_PEERS: {code!r} needs url and a key of 16 characters or more; write {example}")
    return dict(told)
