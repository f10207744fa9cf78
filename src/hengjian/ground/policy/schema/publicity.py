"""Publicity (公示): what of a record is public, from when, until when."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from .base import Basis, Named, Strict


class Stop(Strict):
    """When publicity ends: a term, where the record meets `when`. The first that fits counts."""

    when: dict[str, Any] = {}
    term: str | None = None
    field: str | None = None
    title: str = ""
    basis: Basis | None = None


class Publicity(Named):
    record: str
    public: list[str]
    start: str | None = Field(None, description="Term by which the record must be public.")
    exclude: list[Stop] = Field([], description="Records that are never public; `title` says why.")
    stop: list[Stop] = []
    withdraw: str | None = None
