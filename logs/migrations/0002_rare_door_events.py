from django.db import migrations

from logs.tables import RARE, RARE_TOGETHER


class Migration(migrations.Migration):
    dependencies = [("logs", "0001_initial")]

    operations = [migrations.RunSQL(RARE, RARE_TOGETHER)]
