"""The index of public names stands beside the models; entities already public are entered."""

from typing import Any

from django.db import migrations


def lay(apps: Any, schema_editor: Any) -> None:
    from hengjian.street.publication import naming

    for statement in naming.INDEX.statements():
        schema_editor.execute(statement)
    naming.enter(naming.held())


def lift(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP TABLE IF EXISTS publication_search")


class Migration(migrations.Migration):
    dependencies = [("publication", "0001_initial")]
    operations = [migrations.RunPython(lay, lift)]
