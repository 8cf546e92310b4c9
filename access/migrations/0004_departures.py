from django.db import migrations, models
from django.db.models.functions import Least

# Who was deleted before this was kept: the day of the proof is not known any more, this one is the latest.
LEFT = "UPDATE access_subject SET left_at = now() WHERE residency_id IS NULL"


class Migration(migrations.Migration):
    dependencies = [("access", "0003_valid_time")]

    operations = [
        migrations.AddField(
            model_name="subject",
            name="left_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(LEFT, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="subject",
            name="departed_at",
            field=models.GeneratedField(
                db_persist=True,
                expression=Least("left_at", "valid_until"),
                output_field=models.DateTimeField(null=True, verbose_name="departed"),
            ),
        ),
        migrations.AddIndex(
            model_name="subject",
            index=models.Index(
                condition=models.Q(("departed_at__isnull", False)),
                fields=["site", "departed_at", "id"],
                name="departures_of_site",
            ),
        ),
    ]
