import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("devices", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="BrokerAccount",
            fields=[
                (
                    "device",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="broker_account",
                        serialize=False,
                        to="devices.device",
                    ),
                ),
                ("username", models.CharField(max_length=12, unique=True)),
                (
                    "password_hash",
                    models.BinaryField(help_text="SHA-256 of the random secret.", max_length=32),
                ),
                ("enabled", models.BooleanField(default=True)),
                ("want", models.PositiveIntegerField(default=1)),
                ("told", models.PositiveIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("told", models.F("want")), _negated=True),
                        fields=["username"],
                        name="broker_account_owed",
                    )
                ],
            },
        ),
    ]
