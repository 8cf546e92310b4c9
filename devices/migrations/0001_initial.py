import devices.models.relays
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import smartplus.kernel.secrets
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("sites", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Device",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mac",
                    models.CharField(
                        max_length=12,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9A-F]{12}$", "12 characters, 0 to 9 and A to F, without separators."
                            )
                        ],
                        verbose_name="MAC",
                    ),
                ),
                (
                    "kind",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Multi-tenant door phone"),
                            (1, "Single-tenant door phone"),
                            (2, "Indoor monitor"),
                            (3, "Guard phone"),
                            (50, "Access control terminal"),
                        ],
                        verbose_name="type",
                    ),
                ),
                ("name", models.CharField(max_length=64)),
                ("serves_all", models.BooleanField(default=True, verbose_name="serves all buildings")),
                ("network_group", models.PositiveSmallIntegerField(default=1)),
                (
                    "contacts_display",
                    models.CharField(
                        choices=[
                            ("apt", "Only APT numbers"),
                            ("people", "Indoor monitors and apps"),
                            ("apt_people", "APT numbers, indoor monitors and apps"),
                        ],
                        default="apt",
                        max_length=10,
                    ),
                ),
                ("monitor_allowed", models.BooleanField(default=True, verbose_name="allow users to monitor")),
                ("call_allowed", models.BooleanField(default=True, verbose_name="allow users to call")),
                ("sip", models.CharField(max_length=20, unique=True, verbose_name="SIP")),
                ("place", models.PositiveIntegerField(default=1)),
                ("secret", smartplus.kernel.secrets.EncryptedTextField(purpose="device.secret")),
                ("place_label", models.CharField(blank=True, editable=False, max_length=162)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "search_text",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Concat(
                            "mac",
                            models.Value(" "),
                            "name",
                            models.Value(" "),
                            "sip",
                            models.Value(" "),
                            "place_label",
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "building",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="devices",
                        to="sites.building",
                    ),
                ),
                (
                    "serves",
                    models.ManyToManyField(blank=True, related_name="public_devices", to="sites.building"),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="devices",
                        to="sites.site",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="devices",
                        to="sites.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Command",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("place", models.PositiveIntegerField()),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("unlock", "Unlock"),
                            ("lock", "Lock"),
                            ("reboot", "Reboot"),
                            ("reset", "Reset"),
                            ("autop", "One-time AutoP"),
                        ],
                        max_length=10,
                    ),
                ),
                ("args", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("sent", "Sent"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("expired", "Expired"),
                        ],
                        default="queued",
                        max_length=8,
                    ),
                ),
                ("result", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="ordered")),
                ("expires_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "ordered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sites.site",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commands",
                        to="devices.device",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="AutopLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("value", models.CharField(blank=True, max_length=1024)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="autop_lines",
                        to="devices.device",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="DevicePlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveIntegerField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                (
                    "building",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="sites.building",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="devices.device",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="sites.site"
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="DeviceSync",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[("config", "Config"), ("access", "Access"), ("contacts", "Contacts")],
                        max_length=10,
                    ),
                ),
                ("desired_rev", models.PositiveBigIntegerField(default=0)),
                ("sent_rev", models.PositiveBigIntegerField(default=0)),
                ("acked_rev", models.PositiveBigIntegerField(default=0)),
                ("due_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, max_length=200)),
                (
                    "drifted_at",
                    models.DateTimeField(
                        help_text="When the device last reported something else than it had confirmed.",
                        null=True,
                    ),
                ),
                ("changed_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("acked_at", models.DateTimeField(null=True)),
                ("sent_digest", models.CharField(blank=True, db_default="", max_length=16)),
                ("flight", models.CharField(blank=True, db_default="", max_length=16)),
                ("busy_until", models.DateTimeField(null=True)),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="syncs", to="devices.device"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MacEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mac",
                    models.CharField(
                        max_length=12,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9A-F]{12}$", "12 characters, 0 to 9 and A to F, without separators."
                            )
                        ],
                        verbose_name="MAC",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="macs",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["mac"],
            },
        ),
        migrations.CreateModel(
            name="Relay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(16),
                        ]
                    ),
                ),
                ("name", models.CharField(max_length=64)),
                (
                    "dtmf",
                    models.CharField(
                        default="#",
                        max_length=1,
                        validators=[
                            django.core.validators.RegexValidator("^[0-9*#]$", "One of 0 to 9, * and #.")
                        ],
                        verbose_name="DTMF code",
                    ),
                ),
                ("enabled", models.BooleanField(default=True)),
                (
                    "methods",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("home", "SmartPlus home page"),
                                ("talking", "SmartPlus talking page"),
                                ("pin", "PIN"),
                                ("face", "Face"),
                                ("card", "RF card"),
                                ("bluetooth", "Bluetooth"),
                                ("nfc", "NFC"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=devices.models.relays.all_methods,
                        size=None,
                        verbose_name="access methods",
                    ),
                ),
                (
                    "hold_seconds",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="How long the door stays unlocked.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="relays",
                        to="devices.device",
                    ),
                ),
            ],
            options={
                "ordering": ["device", "number"],
            },
        ),
        migrations.CreateModel(
            name="DeviceState",
            fields=[
                (
                    "device",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="now",
                        serialize=False,
                        to="devices.device",
                    ),
                ),
                ("online", models.BooleanField(default=False)),
                ("conn", models.CharField(blank=True, max_length=32)),
                ("since", models.DateTimeField(null=True, verbose_name="on or off line since")),
                ("last_seen", models.DateTimeField(null=True, verbose_name="last contact")),
                ("ip", models.GenericIPAddressField(null=True, verbose_name="IP")),
                ("model", models.CharField(blank=True, max_length=32)),
                ("firmware", models.CharField(blank=True, max_length=32)),
                ("boot_at", models.DateTimeField(null=True)),
                ("skew", models.FloatField(default=0, verbose_name="clock difference in seconds")),
                ("load", models.FloatField(default=0)),
                ("store", models.BigIntegerField(default=0)),
                ("store_place", models.PositiveIntegerField(default=0)),
                ("seen_seq", models.BigIntegerField(default=0)),
                (
                    "ahead",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("earlier", models.JSONField(default=dict)),
                ("reported", models.JSONField(default=dict)),
                ("reload_at", models.BigIntegerField(null=True)),
                ("strange", models.PositiveSmallIntegerField(default=0)),
                ("autop_at", models.DateTimeField(null=True, verbose_name="last AutoP fetch")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("online", True)), fields=["last_seen"], name="online_by_last_seen"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(fields=["site", "name", "id"], name="device_of_site"),
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(fields=["name", "id"], name="device_by_name"),
        ),
        migrations.AddIndex(
            model_name="device",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("search_text"), name="gin_trgm_ops"
                ),
                name="device_search",
            ),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.CheckConstraint(
                condition=models.Q(("building__isnull", True), ("site__isnull", False), _connector="OR"),
                name="device_building_has_a_site",
            ),
        ),
        migrations.AddIndex(
            model_name="command",
            index=models.Index(fields=["device", "-id"], name="command_of_device"),
        ),
        migrations.AddIndex(
            model_name="command",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "sent"])),
                fields=["expires_at"],
                name="command_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="autopline",
            constraint=models.UniqueConstraint(fields=("device", "key"), name="autop_key_once"),
        ),
        migrations.AddConstraint(
            model_name="deviceplace",
            constraint=models.UniqueConstraint(fields=("device", "place"), name="one_site_per_place"),
        ),
        migrations.AddIndex(
            model_name="devicesync",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="sync_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="devicesync",
            constraint=models.UniqueConstraint(fields=("device", "part"), name="one_sync_per_part"),
        ),
        migrations.AddConstraint(
            model_name="devicesync",
            constraint=models.CheckConstraint(
                condition=models.Q(("acked_rev__lte", models.F("desired_rev"))), name="no_ack_from_the_future"
            ),
        ),
        migrations.AddIndex(
            model_name="macentry",
            index=models.Index(fields=["organisation", "mac"], name="mac_of_organisation"),
        ),
        migrations.AddConstraint(
            model_name="relay",
            constraint=models.UniqueConstraint(fields=("device", "number"), name="relay_number_once"),
        ),
    ]
