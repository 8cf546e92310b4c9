import django.db.models.deletion
from django.db import migrations, models

from logs.tables import DOOR_LOG, DROP_DOOR_LOG


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("devices", "0001_initial"),
        ("sites", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(DOOR_LOG, DROP_DOOR_LOG)],
            state_operations=[
                migrations.CreateModel(
                    name="DoorLog",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField(verbose_name="time")),
                        ("received_at", models.DateTimeField()),
                        ("device_name", models.CharField(max_length=64, verbose_name="device")),
                        ("place", models.PositiveIntegerField()),
                        ("store", models.BigIntegerField()),
                        ("seq", models.BigIntegerField()),
                        (
                            "action",
                            models.CharField(
                                choices=[
                                    ("open", "At the door"),
                                    ("release", "Released"),
                                    ("call", "In a call"),
                                    ("close", "Closed"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "method",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("pin", "PIN"),
                                    ("card", "RF card"),
                                    ("face", "Face"),
                                    ("home", "App home page"),
                                    ("talking", "App talking page"),
                                    ("bluetooth", "Bluetooth"),
                                    ("nfc", "NFC"),
                                    ("qr", "QR code"),
                                    ("portal", "Portal"),
                                    ("app", "App"),
                                    ("exit", "Exit button"),
                                ],
                                max_length=10,
                                verbose_name="by",
                            ),
                        ),
                        ("relay", models.PositiveSmallIntegerField(null=True)),
                        ("relay_name", models.CharField(blank=True, max_length=64, verbose_name="door")),
                        ("subject", models.BigIntegerField(null=True)),
                        ("person_id", models.BigIntegerField(null=True)),
                        (
                            "initiator",
                            models.CharField(blank=True, max_length=140, verbose_name="initiated by"),
                        ),
                        (
                            "unit_label",
                            models.CharField(blank=True, max_length=162, verbose_name="apartment"),
                        ),
                        (
                            "response",
                            models.CharField(
                                choices=[
                                    ("success", "Success"),
                                    ("failed", "Failed"),
                                    ("offline", "Off line"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("unknown_pin", "Unknown PIN"),
                                    ("unknown_card", "Unknown card"),
                                    ("no_right", "No right at this door"),
                                    ("schedule", "Not at this hour"),
                                    ("not_yet", "Not valid yet"),
                                    ("expired", "No longer valid"),
                                    ("used_up", "Used up"),
                                    ("method_off", "Method switched off here"),
                                    ("relay_off", "Door switched off"),
                                    ("clock", "The device's clock is not right"),
                                    ("locked", "Locked down"),
                                ],
                                max_length=24,
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                blank=True, help_text="The last characters of an unknown card.", max_length=4
                            ),
                        ),
                        (
                            "building",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="sites.building",
                            ),
                        ),
                        (
                            "device",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="devices.device",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="sites.site",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-at", "-id"],
                    },
                ),
            ],
        ),
    ]
