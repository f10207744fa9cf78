"""Personal data at rest: concealed with AES-GCM under a key derived from a secret; compared by keyed digests."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class CannotReveal(Exception):
    """No key at hand opens this: it was concealed under a secret that is gone, or was altered."""


def _key(secret: str, use: bytes) -> bytes:
    return hashlib.sha256(b"hengjian " + use + secret.encode()).digest()


def conceal(value: Any, secret: str) -> str:
    """A value that JSON can hold, as text that says nothing without the secret."""
    nonce = secrets.token_bytes(12)
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(nonce + AESGCM(_key(secret, b"conceal")).encrypt(nonce, plain, None)).decode()


def reveal(token: str, secrets_: Iterable[str]) -> Any:
    """What `conceal` hid. The first secret that opens it will do: older ones follow newer ones. Raises CannotReveal."""
    raw = base64.b64decode(token)
    for secret in secrets_:
        try:
            return json.loads(AESGCM(_key(secret, b"conceal")).decrypt(raw[:12], raw[12:], None))
        except InvalidTag:
            continue
    raise CannotReveal


def mark(text: str, secret: str, use: str) -> str:
    """A digest by which the same text is known again, and which nobody without the secret can try out."""
    return hmac.new(_key(secret, b"mark"), f"{use}:{text}".encode(), hashlib.sha256).hexdigest()
