import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_switching"),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("guide", "User guide"),
                            ("installation", "Installation guide"),
                            ("datasheet", "Data sheet"),
                            ("release", "Release notes"),
                            ("other", "Other"),
                        ],
                        default="guide",
                        max_length=12,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("en", "English"),
                            ("zh-hant", "繁體中文"),
                            ("zh-hans", "简体中文"),
                            ("ko", "한국어"),
                            ("ja", "日本語"),
                            ("tr", "Türkçe"),
                            ("pl", "Polski"),
                            ("ru", "Русский"),
                            ("es", "Español"),
                            ("bs", "Bosanski"),
                            ("da", "Dansk"),
                            ("vi", "Tiếng Việt"),
                            ("fr", "Français"),
                            ("pt", "Português"),
                            ("de", "Deutsch"),
                            ("it", "Italiano"),
                            ("uk", "Українська"),
                            ("he", "עברית"),
                            ("fa", "فارسی"),
                            ("az", "Azərbaycanca"),
                        ],
                        default="en",
                        max_length=10,
                    ),
                ),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
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
                        size=None,
                    ),
                ),
                ("file", models.FileField(upload_to="")),
                ("file_name", models.CharField(max_length=120, verbose_name="file name")),
                ("size", models.PositiveBigIntegerField()),
                ("offered", models.BooleanField(default=True, help_text="Off: only you see it.")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
            ],
            options={
                "ordering": ["title", "pk"],
            },
        ),
        migrations.CreateModel(
            name="NoticeMark",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("read_up_to", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("text", models.TextField(max_length=10000)),
                (
                    "kind",
                    models.CharField(
                        choices=[("system", "System"), ("expansion", "Expansion unit update")],
                        default="system",
                        max_length=9,
                    ),
                ),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
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
                        size=None,
                    ),
                ),
                ("by_email", models.BooleanField(default=False, verbose_name="also by email")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("withdrawn", "Withdrawn")],
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("published_at", models.DateTimeField(null=True, unique=True, verbose_name="published")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn")),
                ("mailed_to", models.BigIntegerField(null=True)),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "published")),
                        fields=["-published_at"],
                        name="notice_published",
                    ),
                    models.Index(
                        condition=models.Q(("mailed_to__isnull", False)), fields=["id"], name="notice_to_mail"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"), ("published_at__isnull", False), _connector="OR"
                        ),
                        name="notice_published_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sender", models.CharField(max_length=140, verbose_name="from")),
                (
                    "sender_role",
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
                        verbose_name="role",
                    ),
                ),
                ("reply_to", models.EmailField(blank=True, max_length=254, verbose_name="email")),
                ("subject", models.CharField(max_length=120)),
                ("text", models.TextField(max_length=4000)),
                ("picture", models.FileField(blank=True, upload_to="")),
                (
                    "state",
                    models.CharField(
                        choices=[("new", "New"), ("answered", "Answered")], default="new", max_length=8
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="sent")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="answered")),
                ("answered_by", models.CharField(blank=True, max_length=140)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feedback",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="feedback",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "feedback",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        fields=["organisation", "-created_at", "-id"], name="feedback_of_organisation"
                    ),
                    models.Index(fields=["user", "-created_at"], name="feedback_of_user"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeRead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reads",
                        to="accounts.notice",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "notice"), name="read_once")],
            },
        ),
    ]
