"""Every notice and public entity names the change that wrote it last, so that copies elsewhere can follow."""

from typing import Any

from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest


def number(apps: Any, schema_editor: Any) -> None:
    """What stands was changed last by its closing entry, or by the one that published it."""
    last = Greatest(F("entry_seq"), Coalesce(F("withdrawn_by"), 0))
    apps.get_model("publication", "PublicNotice").objects.update(changed_seq=last)
    apps.get_model("publication", "PublicEntity").objects.update(change=1)
    apps.get_model("publication", "Projection").objects.update(entity_change=1)


class Migration(migrations.Migration):
    dependencies = [
        ("publication", "0003_notices_carry_objection_and_reply"),
        ("register", "0002_names_are_found_by_two_characters"),
    ]

    operations = [
        migrations.AddField(
            model_name="projection",
            name="entity_change",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="publicentity",
            name="change",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="publicnotice",
            name="changed_seq",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="publicentity",
            index=models.Index(fields=["change", "uscc"], name="public_by_change"),
        ),
        migrations.AddIndex(
            model_name="publicnotice",
            index=models.Index(fields=["withdrawn_on"], name="notices_by_withdrawal"),
        ),
        migrations.AddIndex(
            model_name="publicnotice",
            index=models.Index(fields=["changed_seq"], name="notices_by_change"),
        ),
        migrations.RunPython(number, migrations.RunPython.noop),
    ]
