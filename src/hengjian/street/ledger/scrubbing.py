"""After words were masked or records disposed of, the old text must not lie in the files of the database either.

SQLite: deleted bytes are overwritten, the write-ahead log is emptied, and a VACUUM writes the whole file anew. PostgreSQL:
old versions of rows go when the tables are written anew. What a mask has hidden is safe in the meantime from everybody who
asks the database; this is about whoever reads its files. Backups: docs/how-to/mask-words.md.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from hengjian.ground import audit
from hengjian.ground.audit.models import Trail
from hengjian.street.intake import withholding as intake

TABLES = ("ledger_entry", "ledger_personal", "intake_block", "intake_row", "intake_correction", "publication_publicnotice")
WENT = ("ledger.redact", "ledger.dispose", "ledger.erase_personal")


def begin() -> None:
    """From here on this connection overwrites what it deletes."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def follow() -> None:
    """What can be done at once, after the words are gone for good: empty the log, put the files away. Safe to repeat."""
    intake.put_away()
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("PRAGMA secure_delete = OFF")


def due() -> bool:
    """Whether words went since the files were last written anew."""
    last = Trail.objects.filter(action="ledger.scrub").order_by("-pk").values_list("pk", flat=True).first() or 0
    return Trail.objects.filter(action__in=WENT, pk__gt=last).exists() or bool(intake.waiting())


def scrub(*, at: datetime) -> bool:
    """Write the files anew without what went (清除残留). Nothing to do, nothing done; cannot run inside a transaction."""
    if not due():
        return False
    intake.put_away()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA secure_delete = ON")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("PRAGMA secure_delete = OFF")
        else:
            standing = set(connection.introspection.table_names(cursor))
            for table in TABLES:
                if table in standing:
                    cursor.execute(f"VACUUM FULL {table}")
    audit.record("ledger.scrub", "ledger", files=connection.vendor)
    return True
