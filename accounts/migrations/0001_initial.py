import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import smartplus.kernel.secrets
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("username", models.CharField(max_length=64, verbose_name="user name")),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("first_name", models.CharField(blank=True, max_length=64)),
                ("last_name", models.CharField(blank=True, max_length=64)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("operator", "Operator"),
                            ("distributor", "Distributor"),
                            ("sub_distributor", "Sub-distributor"),
                            ("installer", "Installer"),
                            ("sub_installer", "Sub-installer"),
                            ("property_manager", "Property manager"),
                            ("resident", "Resident"),
                        ],
                        max_length=20,
                    ),
                ),
                ("language", models.CharField(default="en", max_length=10)),
                ("time_zone", models.CharField(default="UTC", max_length=64)),
                ("hours_24", models.BooleanField(default=True, verbose_name="24-hour clock")),
                (
                    "theme",
                    models.CharField(
                        blank=True,
                        choices=[("", "As the system"), ("light", "Light"), ("dark", "Dark")],
                        default="",
                        max_length=5,
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
            ],
            options={
                "ordering": ["username"],
            },
        ),
        migrations.CreateModel(
            name="LoginThrottle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("account", "Account"), ("address", "Address")], max_length=8),
                ),
                ("key", models.BinaryField(max_length=16)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("since", models.DateTimeField()),
                ("last_failure_at", models.DateTimeField()),
                ("next_try_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["last_failure_at"], name="throttle_age")],
                "constraints": [models.UniqueConstraint(fields=("kind", "key"), name="one_throttle_per_key")],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("platform", "Platform"),
                            ("distributor", "Distributor"),
                            ("sub_distributor", "Sub-distributor"),
                            ("installer", "Installer"),
                        ],
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="company")),
                ("path", models.CharField(editable=False, max_length=200, unique=True)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=32)),
                (
                    "time_zone",
                    models.CharField(default="UTC", help_text="Default of new sites.", max_length=64),
                ),
                (
                    "may_add_macs",
                    models.BooleanField(
                        default=False,
                        help_text="May register MACs in its own library.",
                        verbose_name="may add MACs",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_id", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("entries", models.PositiveIntegerField()),
                ("previous", models.BinaryField(max_length=32)),
                ("digest", models.BinaryField(max_length=32)),
                ("sealed_at", models.DateTimeField(auto_now_add=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("site_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(blank=True, max_length=140)),
                ("on_behalf_of_name", models.CharField(blank=True, max_length=140)),
                ("verb", models.CharField(max_length=60)),
                ("object_type", models.CharField(max_length=60)),
                ("object_id", models.BigIntegerField(null=True)),
                ("object_label", models.CharField(blank=True, max_length=200)),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("request_id", models.CharField(blank=True, max_length=36)),
                ("address", models.GenericIPAddressField(null=True)),
                ("values_digest", models.BinaryField(max_length=32, null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "seal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sealed",
                        to="accounts.auditseal",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="user",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="people",
                to="accounts.organisation",
            ),
        ),
        migrations.CreateModel(
            name="PasswordLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(choices=[("welcome", "Welcome"), ("reset", "Reset")], max_length=8),
                ),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="password_links",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Email",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("to", models.EmailField(blank=True, max_length=254)),
                ("language", models.CharField(max_length=10)),
                (
                    "subject",
                    models.CharField(blank=True, help_text="Known once it was rendered.", max_length=200),
                ),
                (
                    "context",
                    smartplus.kernel.secrets.EncryptedTextField(
                        blank=True, default="", purpose="email.context"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("queued", "Queued"), ("sent", "Sent"), ("failed", "Failed")],
                        default="queued",
                        max_length=6,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(null=True)),
                ("last_error", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="emails",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="email_due"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(
                fields=["path"], name="organisation_subtree", opclasses=["varchar_pattern_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.UniqueConstraint(
                models.F("kind"), condition=models.Q(("kind", "platform")), name="one_platform"
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.UniqueConstraint(
                models.F("parent"),
                django.db.models.functions.text.Lower("name"),
                name="organisation_name_once_per_parent",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent__isnull", False), ("kind", "platform"), _connector="OR"),
                name="only_the_platform_is_a_root",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditseal",
            constraint=models.UniqueConstraint(
                fields=("organisation", "last_id"), name="one_seal_per_stretch", nulls_distinct=False
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["site_id", "-at", "-id"], name="audit_of_site"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["organisation", "-at", "-id"], name="audit_of_organisation"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["object_type", "object_id"], name="audit_of_object"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("seal__isnull", True)),
                fields=["organisation", "id"],
                name="audit_unsealed",
            ),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(django.db.models.functions.text.Lower("email"), name="user_by_email"),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(fields=["organisation", "role"], name="user_of_organisation"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("username"), name="user_name_once"
            ),
        ),
    ]
