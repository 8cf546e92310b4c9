"""The one sequence behind everything doors know by number."""

from django.db import migrations


class Migration(migrations.Migration):
    """Subjects, schedules and the `want` of each right draw from it, so a number says what is newer."""

    dependencies = []

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE access_number AS bigint START 1 CACHE 1 NO CYCLE",
            "DROP SEQUENCE access_number",
        ),
    ]
