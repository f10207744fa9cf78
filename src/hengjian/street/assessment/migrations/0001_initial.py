import django.db.models.deletion
from django.db import migrations, models


def _key() -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="register.entity")


class Migration(migrations.Migration):
    initial = True
    dependencies = [("register", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Assessment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ruleset", models.CharField(max_length=60)),
                ("class_code", models.CharField(max_length=20)),
                ("reasons", models.JSONField(default=list)),
                ("mask", models.BigIntegerField(default=0)),
                ("unknown", models.BigIntegerField(default=0)),
                ("on", models.DateField()),
                ("ledger_seq", models.BigIntegerField(default=0)),
                ("pack_version", models.CharField(blank=True, max_length=80)),
                ("computed_at", models.DateTimeField()),
                ("entity", _key()),
            ],
            options={
                "indexes": [models.Index(fields=["ruleset", "class_code", "entity"], name="assessment_by_class")],
                "constraints": [
                    models.UniqueConstraint(fields=("entity", "ruleset"), name="assessment_one_current")
                ],
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ruleset", models.CharField(max_length=60)),
                ("before", models.CharField(blank=True, max_length=20)),
                ("after", models.CharField(max_length=20)),
                ("reasons", models.JSONField(default=list)),
                ("on", models.DateField()),
                ("ledger_seq", models.BigIntegerField(default=0)),
                ("pack_version", models.CharField(blank=True, max_length=80)),
                ("recorded_at", models.DateTimeField()),
                ("entity", _key()),
            ],
            options={"indexes": [models.Index(fields=["entity", "ruleset", "on"], name="assessment_change_of")]},
        ),
    ]
