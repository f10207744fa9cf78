"""A question that every public page asks, put into SQL once in a process: building it costs more than its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


class Prepared(Generic[M]):
    """A query set with places for values. The examples hold the places while the SQL is made; no two are alike."""

    def __init__(self, question: Callable[..., QuerySet[M]], **examples: Any) -> None:
        self.question, self.examples = question, examples
        self.known: dict[str, tuple[str, list[str]]] = {}

    def ask(self, **values: Any) -> list[M]:
        """Rows for these values, given as text: both databases compare it as the column's own type."""
        sql, places = self.known.get(connection.vendor) or self._put()
        return list(self.model.objects.raw(sql, [str(values[place]) for place in places]))

    def _put(self) -> tuple[str, list[str]]:
        asked = self.question(**self.examples)
        self.model: Any = asked.model
        sql, params = asked.query.sql_with_params()
        names = {str(example): name for name, example in self.examples.items()}
        put = self.known[connection.vendor] = sql, [names[str(param)] for param in params]
        return put
