import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("sites", "0000_numbers_and_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Site",
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
                            ("community", "Community"),
                            ("office", "Office"),
                            ("house", "Single-family house"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=64)),
                ("street", models.CharField(blank=True, max_length=128)),
                ("city", models.CharField(blank=True, max_length=64)),
                ("post_code", models.CharField(blank=True, max_length=16)),
                ("state", models.CharField(blank=True, max_length=64, verbose_name="state or province")),
                ("country", models.CharField(blank=True, help_text="ISO 3166 code.", max_length=2)),
                ("time_zone", models.CharField(default="UTC", max_length=64)),
                ("hours_24", models.BooleanField(default=True, verbose_name="24-hour clock")),
                (
                    "date_format",
                    models.CharField(
                        choices=[("Y/M/D", "Y/M/D"), ("M/D/Y", "M/D/Y"), ("D/M/Y", "D/M/Y")],
                        default="Y/M/D",
                        max_length=5,
                    ),
                ),
                (
                    "pin_mode",
                    models.CharField(
                        choices=[("pin", "PIN"), ("apt_pin", "APT + PIN")],
                        default="pin",
                        max_length=8,
                        verbose_name="PIN mode",
                    ),
                ),
                (
                    "access_control",
                    models.CharField(
                        choices=[("all", "All doors"), ("public", "Only public area")],
                        default="all",
                        max_length=6,
                        verbose_name="permission of access control",
                    ),
                ),
                (
                    "managers_see_logs",
                    models.BooleanField(default=True, verbose_name="log access for managers"),
                ),
                (
                    "managers_delete_people",
                    models.BooleanField(default=True, verbose_name="managers may delete accounts"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "given_to",
                    models.ManyToManyField(
                        blank=True, related_name="given_sites", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "managers",
                    models.ManyToManyField(
                        blank=True, related_name="managed_sites", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Building",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=128)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="buildings", to="sites.site"
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(help_text="Letters, digits and #.", max_length=32, verbose_name="APT"),
                ),
                ("name", models.CharField(blank=True, max_length=64, verbose_name="APT name")),
                (
                    "call_type",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "SmartPlus and indoor monitors"),
                            (1, "Phone and indoor monitors"),
                            (2, "SmartPlus and indoor monitors, with phone as backup"),
                            (3, "Indoor monitors with SmartPlus as backup"),
                            (4, "Indoor monitors with phone as backup"),
                            (5, "Indoor monitors with SmartPlus as backup, finally the phone"),
                        ],
                        default=0,
                    ),
                ),
                ("phone_1", models.CharField(blank=True, max_length=24, verbose_name="1st phone")),
                ("phone_2", models.CharField(blank=True, max_length=24, verbose_name="2nd phone")),
                ("phone_3", models.CharField(blank=True, max_length=24, verbose_name="3rd phone")),
                ("sip", models.CharField(max_length=20, unique=True, verbose_name="family SIP")),
                ("place_label", models.CharField(blank=True, editable=False, max_length=162)),
                ("place_key", models.CharField(blank=True, editable=False, max_length=162)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "sort_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.LPad(
                            django.db.models.functions.text.Lower("number"), 32, models.Value(" ")
                        ),
                        output_field=models.CharField(max_length=32),
                    ),
                ),
                (
                    "search_text",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Concat(
                            "place_label",
                            models.Value(" "),
                            "name",
                            models.Value(" "),
                            "sip",
                            models.Value(" "),
                            "phone_1",
                            models.Value(" "),
                            "phone_2",
                            models.Value(" "),
                            "phone_3",
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
                        related_name="units",
                        to="sites.building",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="units", to="sites.site"
                    ),
                ),
            ],
            options={
                "ordering": ["sort_key", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Residency",
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
                            ("master", "Family master"),
                            ("member", "Family member"),
                            ("staff", "Staff"),
                            ("personnel", "Personnel"),
                        ],
                        max_length=10,
                        verbose_name="account type",
                    ),
                ),
                ("first_name", models.CharField(max_length=64)),
                ("last_name", models.CharField(blank=True, max_length=64)),
                ("email", models.EmailField(blank=True, max_length=254)),
                (
                    "country_code",
                    models.CharField(blank=True, help_text="Telephone code, digits only.", max_length=5),
                ),
                ("mobile", models.CharField(blank=True, max_length=20)),
                ("language", models.CharField(default="en", max_length=10)),
                ("remark", models.CharField(blank=True, max_length=200)),
                (
                    "unique_id",
                    models.CharField(
                        blank=True, help_text="Unique within the office.", max_length=32, verbose_name="ID"
                    ),
                ),
                ("intercom", models.BooleanField(default=True, verbose_name="SmartPlus intercom feature")),
                (
                    "call_type",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "SmartPlus"), (1, "Phone"), (2, "SmartPlus with phone as backup")],
                        default=0,
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=24)),
                ("sip", models.CharField(max_length=20, unique=True, verbose_name="SIP")),
                (
                    "account_state",
                    models.CharField(
                        choices=[
                            ("inactivated", "Inactivated"),
                            ("normal", "Normal"),
                            ("expired", "Expired"),
                        ],
                        default="normal",
                        max_length=11,
                    ),
                ),
                (
                    "app_state",
                    models.CharField(
                        choices=[("unregistered", "Unregistered"), ("registered", "Registered")],
                        default="unregistered",
                        max_length=12,
                    ),
                ),
                ("place_label", models.CharField(blank=True, editable=False, max_length=162)),
                ("place_key", models.CharField(blank=True, editable=False, max_length=162)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "sort_name",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Lower(
                            django.db.models.functions.text.Concat(
                                "first_name", models.Value(" "), "last_name"
                            )
                        ),
                        output_field=models.CharField(max_length=129),
                    ),
                ),
                (
                    "search_text",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Concat(
                            "first_name",
                            models.Value(" "),
                            "last_name",
                            models.Value(" "),
                            "email",
                            models.Value(" "),
                            "country_code",
                            "mobile",
                            models.Value(" "),
                            "sip",
                            models.Value(" "),
                            "place_label",
                            models.Value(" "),
                            "unique_id",
                            output_field=models.TextField(),
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
                        related_name="residencies",
                        to="sites.building",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="residencies",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="residencies",
                        to="sites.site",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="residencies",
                        to="sites.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["sort_name", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="site",
            index=models.Index(fields=["organisation", "kind", "name"], name="site_of_organisation"),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                django.db.models.functions.text.Lower("name"),
                name="site_name_once_per_installer",
            ),
        ),
        migrations.AddConstraint(
            model_name="building",
            constraint=models.UniqueConstraint(
                models.F("site"), django.db.models.functions.text.Lower("name"), name="building_once_per_site"
            ),
        ),
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(fields=["site", "building", "sort_key"], name="unit_of_building"),
        ),
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(fields=["site", "place_key", "id"], name="unit_by_place"),
        ),
        migrations.AddIndex(
            model_name="unit",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("search_text"), name="gin_trgm_ops"
                ),
                name="unit_search",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(
                models.F("building"),
                django.db.models.functions.text.Lower("number"),
                name="unit_once_per_building",
            ),
        ),
        migrations.AddIndex(
            model_name="residency",
            index=models.Index(fields=["site", "sort_name", "id"], name="resident_by_name"),
        ),
        migrations.AddIndex(
            model_name="residency",
            index=models.Index(fields=["site", "place_key", "id"], name="resident_by_place"),
        ),
        migrations.AddIndex(
            model_name="residency",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("search_text"), name="gin_trgm_ops"
                ),
                name="resident_search",
            ),
        ),
        migrations.AddConstraint(
            model_name="residency",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "master")), fields=("unit",), name="one_master_per_unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="residency",
            constraint=models.UniqueConstraint(
                models.F("site"),
                django.db.models.functions.text.Lower("unique_id"),
                condition=models.Q(("unique_id", ""), _negated=True),
                name="unique_id_once_per_office",
            ),
        ),
        migrations.AddConstraint(
            model_name="residency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["master", "member"]), ("unit__isnull", False)),
                    models.Q(
                        ("building__isnull", False),
                        ("kind__in", ["staff", "personnel"]),
                        ("unit__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="resident_has_the_place_of_the_kind",
            ),
        ),
    ]
