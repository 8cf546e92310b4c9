from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sites", "0005_leases")]

    operations = [
        migrations.AddField(
            model_name="site",
            name="premium_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
