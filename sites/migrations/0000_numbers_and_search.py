"""What the tables of this app stand on: the sequence of SIP numbers, and trigram search."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Before the tables: their search indexes use the operator class of the extension."""

    dependencies = []

    operations = [
        TrigramExtension(),
        migrations.RunSQL(
            "CREATE SEQUENCE sip_number START WITH 100001 CACHE 1 NO CYCLE",
            "DROP SEQUENCE sip_number",
        ),
    ]
