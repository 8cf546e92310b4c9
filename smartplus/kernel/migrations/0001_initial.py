import django.db.models.deletion
import django.utils.timezone
import smartplus.kernel.secrets
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("importer", models.CharField(max_length=80)),
                ("user_id", models.BigIntegerField()),
                ("actor_id", models.BigIntegerField(null=True)),
                ("site_id", models.BigIntegerField(null=True)),
                ("request_id", models.CharField(blank=True, max_length=64)),
                ("address", models.CharField(blank=True, max_length=64)),
                ("context", models.JSONField(default=dict)),
                ("file_name", models.CharField(max_length=255)),
                ("file", smartplus.kernel.secrets.EncryptedTextField(default="", purpose="import.file")),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("uploaded", "Waiting"),
                            ("checking", "Checking"),
                            ("checked", "Checked"),
                            ("applying", "Importing"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Stopped"),
                        ],
                        default="uploaded",
                        max_length=9,
                    ),
                ),
                (
                    "choice",
                    models.CharField(
                        blank=True, choices=[("all", "All rows"), ("good", "The good rows")], max_length=4
                    ),
                ),
                ("sheet", models.CharField(blank=True, max_length=64)),
                ("columns", models.JSONField(default=list)),
                ("notices", models.JSONField(default=list)),
                ("facts", models.JSONField(default=list)),
                ("total", models.PositiveIntegerField(default=0)),
                ("good", models.PositiveIntegerField(default=0)),
                ("bad", models.PositiveIntegerField(default=0)),
                ("done_rows", models.PositiveIntegerField(default=0)),
                ("applied", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("heartbeat_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(fields=["user_id", "importer", "-created_at"], name="imports_of_a_person"),
                    models.Index(
                        condition=models.Q(("status__in", ["uploaded", "checking", "applying"])),
                        fields=["heartbeat_at"],
                        name="imports_that_run",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("user_id", models.BigIntegerField()),
                ("key", models.CharField(max_length=120)),
                ("value", models.JSONField(default=dict)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user_id", "key"), name="one_preference_per_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sheet", models.CharField(blank=True, max_length=64)),
                ("number", models.PositiveIntegerField()),
                ("cells", smartplus.kernel.secrets.EncryptedTextField(default="", purpose="import.cells")),
                ("errors", models.JSONField(default=list)),
                ("warnings", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("good", "Good"),
                            ("bad", "With errors"),
                            ("applied", "Written"),
                            ("failed", "Not written"),
                        ],
                        max_length=7,
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="kernel.import"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "indexes": [models.Index(fields=["run", "state", "number"], name="rows_by_state")],
                "constraints": [models.UniqueConstraint(fields=("run", "number"), name="one_row_per_number")],
            },
        ),
    ]
