from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ruleset", models.CharField(max_length=60)),
                ("on", models.DateField()),
                ("ledger_seq", models.BigIntegerField()),
                ("entity_upto", models.BigIntegerField()),
                ("pack_version", models.CharField(max_length=80)),
                ("whole", models.BooleanField()),
                ("entities", models.PositiveIntegerField()),
                ("written", models.PositiveIntegerField()),
                ("changed", models.PositiveIntegerField()),
                ("classes", models.JSONField(default=dict)),
                ("seconds", models.FloatField()),
                ("finished_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["ruleset", "-id"], name="assessment_runs_of")]},
        ),
    ]
