from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sites", "0004_valid_time")]

    operations = [
        migrations.AddField(
            model_name="site",
            name="premium_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
