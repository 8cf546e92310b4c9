from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sites", "0005_leases")]

    operations = []
