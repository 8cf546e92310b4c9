from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sites", "0004_valid_time")]

    operations = []
