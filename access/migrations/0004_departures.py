from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("access", "0003_valid_time")]

    operations = []
