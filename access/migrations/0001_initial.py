import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import smartplus.kernel.secrets
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0000_access_number"),
        ("devices", "0001_initial"),
        ("sites", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=64)),
                ("default_of_house", models.BooleanField(default=False, editable=False)),
                (
                    "repeat",
                    models.CharField(
                        choices=[
                            ("always", "Always"),
                            ("never", "Never (from, to)"),
                            ("daily", "Daily"),
                            ("weekly", "Weekly"),
                        ],
                        default="always",
                        max_length=6,
                        verbose_name="type",
                    ),
                ),
                (
                    "days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=list,
                        help_text="0 is Monday.",
                        size=None,
                    ),
                ),
                ("start_time", models.TimeField(blank=True, null=True)),
                ("end_time", models.TimeField(blank=True, null=True)),
                ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="from")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="to")),
                ("schedule", models.BigIntegerField(editable=False, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "default_for",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="default_group",
                        to="sites.building",
                    ),
                ),
                (
                    "relays",
                    models.ManyToManyField(blank=True, related_name="access_groups", to="devices.relay"),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="access_groups",
                        to="sites.site",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="AccessRight",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "Person"), ("schedule", "Schedule")],
                        default="person",
                        max_length=8,
                    ),
                ),
                ("subject", models.BigIntegerField()),
                ("want", models.BigIntegerField()),
                ("gone", models.BooleanField(default=False)),
                ("urgent", models.BooleanField(default=False)),
                ("held", models.BigIntegerField(null=True)),
                ("held_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("refused", models.CharField(blank=True, max_length=60)),
                ("shape", models.BigIntegerField(default=0)),
                (
                    "turn",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(models.Q(("refused", ""), _negated=True), then=models.Value(5)),
                            models.When(gone=True, kind="schedule", then=models.Value(4)),
                            models.When(kind="schedule", then=models.Value(1)),
                            models.When(gone=True, then=models.Value(0)),
                            models.When(then=models.Value(2), urgent=True),
                            default=models.Value(3),
                        ),
                        output_field=models.SmallIntegerField(),
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rights",
                        to="devices.device",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sites.site",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Credential",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=[("pin", "PIN"), ("card", "RF card")], max_length=4)),
                ("value", smartplus.kernel.secrets.EncryptedTextField(purpose="credential.value")),
                ("value_key", models.BinaryField(max_length=16)),
                ("space", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "residency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="credentials",
                        to="sites.residency",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="credentials",
                        to="sites.site",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="RightsJob",
            fields=[
                (
                    "site",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="sites.site",
                    ),
                ),
                ("asked", models.PositiveBigIntegerField(default=0)),
                ("served", models.PositiveBigIntegerField(default=0)),
                ("serving", models.PositiveBigIntegerField(default=0)),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("remove", "Taking away"),
                            ("schedules", "Schedules"),
                            ("give", "Giving"),
                            ("rest", "Finishing"),
                        ],
                        default="remove",
                        max_length=9,
                    ),
                ),
                ("cursor", models.BigIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("asked_at", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("heartbeat_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("asked__gt", models.F("served"))),
                        fields=["asked_at"],
                        name="rights_job_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Subject",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(choices=[("resident", "Resident")], default="resident", max_length=10),
                ),
                ("name", models.CharField(max_length=129)),
                ("place_label", models.CharField(blank=True, max_length=162)),
                ("apartment", models.CharField(blank=True, max_length=32)),
                ("building", models.BigIntegerField(null=True)),
                ("changed", models.BigIntegerField(default=0)),
                (
                    "residency",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="subject",
                        to="sites.residency",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="subjects", to="sites.site"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="from")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grants",
                        to="access.accessgroup",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grants", to="sites.site"
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grants",
                        to="access.subject",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="accessgroup",
            constraint=models.UniqueConstraint(
                models.F("site"),
                django.db.models.functions.text.Lower("name"),
                name="group_name_once_per_site",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessgroup",
            constraint=models.UniqueConstraint(
                condition=models.Q(("default_of_house", True)), fields=("site",), name="one_group_of_house"
            ),
        ),
        migrations.AddConstraint(
            model_name="accessgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("default_of_house", False), ("default_for__isnull", True), _connector="OR"
                ),
                name="group_is_one_kind_of_default",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("repeat", "never"), _negated=True),
                    models.Q(("ends_at__isnull", False), ("starts_at__isnull", False)),
                    _connector="OR",
                ),
                name="group_never_has_its_span",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("repeat__in", ["daily", "weekly"]), _negated=True),
                    models.Q(("end_time__isnull", False), ("start_time__isnull", False)),
                    _connector="OR",
                ),
                name="group_repeats_at_hours",
            ),
        ),
        migrations.AddIndex(
            model_name="accessright",
            index=models.Index(
                condition=models.Q(
                    ("held__isnull", True),
                    models.Q(("held", models.F("want")), _negated=True),
                    _connector="OR",
                ),
                fields=["device", "place", "turn", "want"],
                name="right_pending",
            ),
        ),
        migrations.AddIndex(
            model_name="accessright",
            index=models.Index(fields=["subject"], name="right_of_subject"),
        ),
        migrations.AddIndex(
            model_name="accessright",
            index=models.Index(fields=["site", "kind", "subject"], name="right_of_site"),
        ),
        migrations.AddConstraint(
            model_name="accessright",
            constraint=models.UniqueConstraint(
                fields=("device", "place", "subject"), name="one_right_per_place"
            ),
        ),
        migrations.AddIndex(
            model_name="credential",
            index=models.Index(fields=["residency", "kind"], name="credential_of_resident"),
        ),
        migrations.AddConstraint(
            model_name="credential",
            constraint=models.UniqueConstraint(
                fields=("site", "kind", "space", "value_key"), name="credential_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="credential",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "pin")), fields=("residency",), name="one_pin_each"
            ),
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(
                condition=models.Q(("starts_at__isnull", False)), fields=["starts_at"], name="grant_starts"
            ),
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(
                condition=models.Q(("ends_at__isnull", False)), fields=["ends_at"], name="grant_ends"
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.UniqueConstraint(fields=("subject", "group"), name="grant_once"),
        ),
    ]
