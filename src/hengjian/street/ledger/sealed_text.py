"""The canonical text of an entry, put together by the database: what a seal covers, without a Python object per field.

Bodies are stored in their canonical form, so the text is a concatenation. Where it does not fit the seal (a body written
in another form, or an altered record), the body is read and written anew before anybody speaks of a fault.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

ORDER = (
    "act", "body", "confiscated_fen", "decided", "delivery_id", "document", "effective", "entity_id", "fine_fen", "issuer_id",
    "kind", "pack_version", "personal_digest", "position", "recorded", "refers_id", "seq", "source_row", "until", "uscc",
    "warning_only",
)  # fmt: skip


# Fields that are not written as the database writes a JSON value of theirs. On SQLite a field may hold a value of another
# type than its column: bytes in place of text are refused, and where a text is put together the type is asked for.
_SQLITE = {
    "personal_digest": "CASE typeof(personal_digest) WHEN 'null' THEN NULL WHEN 'blob' THEN lower(hex(personal_digest)) ELSE 'not bytes' END",
    "recorded": "replace(recorded, ' ', 'T') || CASE length(recorded) WHEN 19 THEN '.000000' ELSE '' END || '+00:00'",
    "warning_only": "CASE warning_only WHEN 1 THEN json('true') WHEN 0 THEN json('false') ELSE warning_only END",
}
_BODY, _NOTHING = "iif(typeof(body) = 'text', body, 'not text')", "''"
_POSTGRES = {
    "body": "body::text",
    "personal_digest": "coalesce('\"' || encode(personal_digest, 'hex') || '\"', 'null')",
    "recorded": "'\"' || to_char(recorded AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US') || '+00:00\"'",
}


SALT = {"sqlite": "CASE typeof(salt) WHEN 'null' THEN x'' WHEN 'blob' THEN salt ELSE x'00' END", "postgresql": "coalesce(salt, '')"}


def expression(*, body: bool = True) -> str:
    """SQL that gives the canonical text of an entry as bytes; `%` is doubled, for it stands in a statement with parameters.

    Without `body` its place stays empty: for bodies that were not written in canonical form.
    """
    if connection.vendor == "postgresql":
        other = {} if body else {"body": "''"}
        pattern = "{" + ",".join(f'"{name}":%%s' for name in ORDER) + "}"
        values = ", ".join((_POSTGRES | other).get(name, f"coalesce(to_json({name})::text, 'null')") for name in ORDER)
        return f"convert_to(format('{pattern}', {values}), 'UTF8')"
    head, tail = _object(ORDER[: ORDER.index("body")]), _object(ORDER[ORDER.index("body") + 1 :])
    return f"CAST(rtrim({head}, '}}') || ',\"body\":' || {_BODY if body else _NOTHING} || ',' || substr({tail}, 2) AS BLOB)"


def _object(names: Sequence[str]) -> str:
    """One object of SQLite's: it is put together in two thirds of the time its values would take one by one."""
    pairs = ", ".join(f"'{name}', {_SQLITE.get(name, name)}" for name in names)
    return f"json_object({pairs})"
