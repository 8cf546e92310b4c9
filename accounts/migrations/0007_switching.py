import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_first_login")]

    operations = [
        migrations.CreateModel(
            name="AccountLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("user_mark", models.BinaryField(max_length=16)),
                ("other_mark", models.BinaryField(max_length=16)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="linked_by",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="account_links",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "linked account",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "other"), name="linked_once"),
                    models.CheckConstraint(
                        condition=models.Q(("user", models.F("other")), _negated=True),
                        name="not_linked_to_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Switch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("actor_name", models.CharField(max_length=140)),
                ("into_name", models.CharField(max_length=140)),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("returned", "Returned"),
                            ("signed_out", "Signed out"),
                            ("revoked", "Revoked"),
                            ("withdrawn", "No longer offered"),
                            ("expired", "Time was up"),
                            ("refused", "Account switched off"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "into",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="switches",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "switches",
                "ordering": ["-started_at", "-pk"],
                "indexes": [
                    models.Index(
                        fields=["organisation", "-started_at", "-id"], name="switch_of_organisation"
                    ),
                    models.Index(fields=["actor", "-started_at", "-id"], name="switch_of_actor"),
                ],
            },
        ),
    ]
