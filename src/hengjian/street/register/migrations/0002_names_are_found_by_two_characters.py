"""The name index stands beside the models: FTS5 has no model, and PostgreSQL has no FTS5."""

from typing import Any

from django.db import migrations


def lay(apps: Any, schema_editor: Any) -> None:
    from hengjian.street.register.search import POSTGRES, SQLITE

    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def lift(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP TABLE IF EXISTS register_search")


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial")]
    operations = [migrations.RunPython(lay, lift)]
