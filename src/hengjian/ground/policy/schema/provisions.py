"""Provisions (规定): rules of law that carry no number: who may, what must be done, on which condition."""

from __future__ import annotations

from datetime import date

from .base import Basis, Confidence, Named, Title


class Provision(Named):
    """What the law asks, in our own words. `catalogue` names the code list it works with."""

    duty: str
    says: Title
    catalogue: str | None = None
    since: date | None = None
    until: date | None = None
    basis: Basis
    confidence: Confidence
