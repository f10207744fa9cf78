"""Accepted rows lie in blocks; their keys in a table of their own. Rows stored one by one stay where they are."""

import django.db.models.deletion
from django.db import migrations, models

# SQLite keeps a table without row numbers as one tree instead of two: half the writing for each key.
WITHOUT_ROWID = """CREATE TABLE "intake_key" ("natural" bigint NOT NULL, "content" bigint NOT NULL,
"delivery_id" bigint NOT NULL, "number" integer unsigned NOT NULL CHECK ("number" >= 0),
PRIMARY KEY ("natural", "content")) WITHOUT ROWID"""


def rebuild_for_sqlite(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute('DROP TABLE "intake_key"')
        schema_editor.execute(WITHOUT_ROWID)


def bring_keys_over(apps, schema_editor):
    Row, Key, Delivery = (apps.get_model("intake", name) for name in ("Row", "Key", "Delivery"))
    rows = Row.objects.exclude(natural_key="").order_by("pk")
    batch = []
    for row in rows.only("natural_key", "content", "outcome", "delivery_id", "number").iterator(2000):
        row.natural, row.whole = int(row.natural_key[:16], 16) >> 1, int(row.content[:16], 16) >> 1
        batch.append(row)
        if len(batch) == 2000:
            keep(Row, Key, batch)
            batch = []
    keep(Row, Key, batch)
    last = models.Subquery(
        Row.objects.filter(delivery=models.OuterRef("pk")).order_by("-number").values("number")[:1]
    )
    Delivery.objects.filter(received__gt=0).update(upto=last)
    Delivery.objects.filter(state__in=("done", "refused")).update(part=1)


def keep(Row, Key, rows):
    Row.objects.bulk_update(rows, ["natural", "whole"])
    Key.objects.bulk_create(
        Key(natural=row.natural, content=row.whole, delivery_id=row.delivery_id, number=row.number)
        for row in rows if row.outcome == "accepted"
    )


class Migration(migrations.Migration):
    atomic = True
    dependencies = [("intake", "0003_a_delivery_may_correct_another")]

    operations = [
        migrations.CreateModel(
            name="Block",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.PositiveIntegerField()),
                ("last", models.PositiveIntegerField()),
                ("accepted", models.TextField()),
                ("duplicate", models.TextField(blank=True)),
                ("duplicate_keys", models.BinaryField()),
                ("data", models.BinaryField()),
                ("personal", models.BinaryField(null=True)),
                ("delivery", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="blocks", to="intake.delivery")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("delivery", "first"), name="one_block_per_chunk")]},
        ),
        migrations.CreateModel(
            name="Key",
            fields=[
                ("pk", models.CompositePrimaryKey("natural", "content", blank=True, editable=False, primary_key=True, serialize=False)),
                ("natural", models.BigIntegerField()),
                ("content", models.BigIntegerField()),
                ("delivery_id", models.BigIntegerField()),
                ("number", models.PositiveIntegerField()),
            ],
        ),
        migrations.RunPython(rebuild_for_sqlite, migrations.RunPython.noop, elidable=False),
        migrations.AddField("delivery", "part", models.FloatField(default=0)),
        migrations.AddField("delivery", "upto", models.PositiveIntegerField(default=0)),
        migrations.AddField("row", "natural", models.BigIntegerField(null=True)),
        migrations.AddField("row", "whole", models.BigIntegerField(null=True)),
        migrations.RunPython(bring_keys_over, migrations.RunPython.noop, elidable=False),
        migrations.RemoveConstraint("row", "no_record_accepted_twice"),
        migrations.RemoveIndex("row", "accepted_by_key"),
        migrations.RemoveField("row", "natural_key"),
        migrations.RemoveField("row", "content"),
    ]
