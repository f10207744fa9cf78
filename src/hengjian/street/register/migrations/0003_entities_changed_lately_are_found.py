from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0002_names_are_found_by_two_characters")]
    operations = [migrations.AlterField("entity", "updated_at", models.DateTimeField(db_index=True))]
