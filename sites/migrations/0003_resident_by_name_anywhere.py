from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sites", "0002_resident_with_app")]

    operations = [
        migrations.AddIndex(
            model_name="residency",
            index=models.Index(fields=["sort_name", "id"], name="resident_by_name_anywhere"),
        ),
    ]
