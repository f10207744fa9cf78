from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="LastRun",
            fields=[
                ("job", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("started", models.DateTimeField()),
                ("finished", models.DateTimeField(blank=True, null=True)),
                ("ok", models.BooleanField(default=True)),
                ("says", models.CharField(blank=True, max_length=500)),
                ("failures", models.PositiveIntegerField(default=0)),
            ],
            options={"ordering": ("job",)},
        ),
    ]
