import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("sites", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="grant",
            name="group",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="grants",
                to="access.accessgroup",
            ),
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(fields=["group", "ends_at"], name="grant_of_group"),
        ),
    ]
