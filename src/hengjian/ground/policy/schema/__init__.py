"""The shape of every section of a pack. One module per section; `SECTIONS` names them all."""

from __future__ import annotations

from pydantic import BaseModel

from .calendars import CalendarYear
from .catalogues import Catalogue, Item
from .documents import Document
from .indicators import Indicator
from .procedures import Procedure
from .provisions import Provision
from .publicity import Publicity
from .records import RecordField, RecordKind
from .rulesets import Ruleset
from .sources import Source
from .tasks import Task
from .terms import Extension, Reading, Term

SECTIONS: dict[str, type[BaseModel]] = {
    "sources": Source,
    "terms": Term,
    "calendars": CalendarYear,
    "catalogues": Catalogue,
    "records": RecordKind,
    "rules": Ruleset,
    "procedures": Procedure,
    "documents": Document,
    "publicity": Publicity,
    "provisions": Provision,
    "indicators": Indicator,
    "tasks": Task,
}

__all__ = [
    "SECTIONS", "CalendarYear", "Catalogue", "Document", "Extension", "Indicator", "Item", "Procedure", "Provision",
    "Publicity", "Reading", "RecordField", "RecordKind", "Ruleset", "Source", "Task", "Term",
]  # fmt: skip
