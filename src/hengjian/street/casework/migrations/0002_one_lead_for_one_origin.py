"""The reference of a source stands in a column of its own, once per agency; leads of before keep the one in their title."""

import django.db.models.deletion
from django.db import migrations, models


def take_over(apps, schema_editor):
    """Where a reference stands twice, from two workers at once, the first lead keeps it."""
    lead, seen = apps.get_model("casework", "Lead"), set()
    rows = apps.get_model("procedure", "Proceeding").objects.filter(kind="lead").exclude(title="").order_by("pk")
    made = []
    for pk, agency, origin in rows.values_list("pk", "agency_id", "title"):
        if (agency, origin) not in seen:
            seen.add((agency, origin))
            made.append(lead(proceeding_id=pk, agency_id=agency, origin=origin))
    lead.objects.bulk_create(made, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial"), ("people", "0001_initial"), ("procedure", "0005_parties_as_long_as_the_register")]

    operations = [
        migrations.CreateModel(
            name="Lead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("origin", models.CharField(max_length=200)),
                ("agency", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.agency")),
                ("proceeding", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="procedure.proceeding")),
            ],
            options={"ordering": ("pk",)},
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.UniqueConstraint(fields=("agency", "origin"), name="lead_of_one_origin"),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
