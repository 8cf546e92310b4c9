import django.db.models.functions.text
from django.db import migrations, models

from logs.tables import SEARCH, SEARCH_APART


class Migration(migrations.Migration):
    dependencies = [("logs", "0002_rare_door_events")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(SEARCH, SEARCH_APART)],
            state_operations=[
                migrations.AddField(
                    "DoorLog",
                    "search_text",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Concat(
                            "initiator",
                            models.Value(" "),
                            "unit_label",
                            models.Value(" "),
                            "device_name",
                            output_field=models.TextField(),
                        ),
                        output_field=models.TextField(),
                    ),
                ),
            ],
        ),
    ]
