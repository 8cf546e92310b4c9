"""Places: a site, its buildings (departments in an office) and its units."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Lower, LPad, Upper
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import Organisation
from smartplus.kernel.scoping import ScopeBy, ScopedModel
from smartplus.kernel.words import _


class Site(ScopedModel):
    """A project looked after by one installer and run by its property managers.

    `premium_until` is set by billing: when the Premium plan ends, null is without end.
    """

    class Kind(models.TextChoices):
        COMMUNITY = "community", _("Community")
        OFFICE = "office", _("Office")
        HOUSE = "house", _("Single-family house")

    class PinMode(models.TextChoices):
        """How a PIN is typed: alone, or after the apartment's number."""

        PIN = "pin", "PIN"
        APT_PIN = "apt_pin", _("APT + PIN")

    class DateFormat(models.TextChoices):
        YMD = "Y/M/D", "Y/M/D"
        MDY = "M/D/Y", "M/D/Y"
        DMY = "D/M/Y", "D/M/Y"

    class FeaturePlan(models.TextChoices):
        """Chosen when the site is made; never changed after that (features S2)."""

        BASIC = "basic", _("Basic")
        PREMIUM = "premium", _("Premium")

    class AccessControl(models.TextChoices):
        """Which doors the property managers may give to residents."""

        ALL = "all", _("All doors")
        PUBLIC = "public", _("Only public area")

    scope_by = ScopeBy(site="", unit="units", person="residencies__user")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="sites")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=64)
    street = models.CharField(max_length=128, blank=True)
    city = models.CharField(max_length=64, blank=True)
    post_code = models.CharField(max_length=16, blank=True)
    state = models.CharField(_("state or province"), max_length=64, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text=_("ISO 3166 code."))
    time_zone = models.CharField(max_length=64, default="UTC")
    hours_24 = models.BooleanField(_("24-hour clock"), default=True)
    date_format = models.CharField(max_length=5, choices=DateFormat, default=DateFormat.YMD)
    feature_plan = models.CharField(max_length=7, choices=FeaturePlan, default=FeaturePlan.PREMIUM)
    premium_until = models.DateTimeField(null=True, blank=True)
    apartments_planned = models.PositiveIntegerField(_("number of apartments"), null=True, blank=True)
    pin_mode = models.CharField(_("PIN mode"), max_length=8, choices=PinMode, default=PinMode.PIN)
    access_control = models.CharField(
        _("permission of access control"), max_length=6, choices=AccessControl, default=AccessControl.ALL
    )
    managers_see_logs = models.BooleanField(_("log access for managers"), default=True)
    managers_delete_people = models.BooleanField(_("managers may delete accounts"), default=True)
    managers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="managed_sites", blank=True)
    given_to = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="given_sites", blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["organisation", "kind", "name"], name="site_of_organisation")]
        constraints = [
            models.UniqueConstraint("organisation", Lower("name"), name="site_name_once_per_installer")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("sites:detail", args=[self.pk])

    @property
    def address(self) -> str:
        """Street, post code and city on one line; the country is a code and stands apart."""
        return ", ".join(filter(None, (self.street, f"{self.post_code} {self.city}".strip(), self.state)))

    def is_premium(self, at: datetime | None = None) -> bool:
        """Whether the controls of the Premium plan act at `at` (now): it is the plan, and has not ended."""
        ends = self.premium_until
        return self.feature_plan == self.FeaturePlan.PREMIUM and (ends is None or (at or now()) < ends)

    @property
    def needs_monitors(self) -> bool:
        """Whether each apartment comes with an indoor monitor: what the Basic plan asks of a community."""
        return self.kind == self.Kind.COMMUNITY and self.feature_plan == self.FeaturePlan.BASIC


class Building(ScopedModel):
    """A building of a community; a department of an office."""

    scope_by = ScopeBy(site="site", unit="units", person="residencies__user")

    site = models.ForeignKey(Site, models.CASCADE, related_name="buildings")
    name = models.CharField(max_length=128)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint("site", Lower("name"), name="building_once_per_site")]

    def __str__(self) -> str:
        return self.name


class Unit(ScopedModel):
    """An apartment of a building, or the home of a house.

    `place_label` ("North House 1204") and `place_key` (the same, so that 9 comes before 10) are kept
    by the services of this app, as those of its residents are. `valid_from` and `valid_until` are the
    valid time of all access in it: the beginning belongs to it, the end does not, null is open.
    """

    class CallType(models.IntegerChoices):
        """Who rings when the apartment is called (guide: call types of a community)."""

        APP_AND_MONITORS = 0, _("SmartPlus and indoor monitors")
        PHONE_AND_MONITORS = 1, _("Phone and indoor monitors")
        APP_AND_MONITORS_THEN_PHONE = 2, _("SmartPlus and indoor monitors, with phone as backup")
        MONITORS_THEN_APP = 3, _("Indoor monitors with SmartPlus as backup")
        MONITORS_THEN_PHONE = 4, _("Indoor monitors with phone as backup")
        MONITORS_THEN_APP_THEN_PHONE = 5, _("Indoor monitors with SmartPlus as backup, finally the phone")

    scope_by = ScopeBy(site="site", unit="", person="residencies__user")

    site = models.ForeignKey(Site, models.CASCADE, related_name="units")
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="units")
    number = models.CharField(_("APT"), max_length=32, help_text=_("Letters, digits and #."))
    name = models.CharField(_("APT name"), max_length=64, blank=True)
    call_type = models.PositiveSmallIntegerField(choices=CallType, default=CallType.APP_AND_MONITORS)
    phone_1 = models.CharField(_("1st phone"), max_length=24, blank=True)
    phone_2 = models.CharField(_("2nd phone"), max_length=24, blank=True)
    phone_3 = models.CharField(_("3rd phone"), max_length=24, blank=True)
    sip = models.CharField(_("family SIP"), max_length=20, unique=True)
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    auto_delete = models.BooleanField(_("delete the accounts at its end"), default=False)
    member_limit = models.PositiveSmallIntegerField(_("family members at most"), null=True, blank=True)
    place_label = models.CharField(max_length=162, blank=True, editable=False)
    place_key = models.CharField(max_length=162, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sort_key = models.GeneratedField(  # "9" before "10": short numbers first, then by text
        expression=LPad(Lower("number"), 32, Value(" ")),
        output_field=models.CharField(max_length=32),
        db_persist=True,
    )
    search_text = models.GeneratedField(
        expression=Concat(
            "place_label", Value(" "), "name", Value(" "), "sip", Value(" "),
            "phone_1", Value(" "), "phone_2", Value(" "), "phone_3",
        ),
        output_field=models.TextField(),
        db_persist=True,
    )  # fmt: skip

    class Meta:
        ordering = ["sort_key", "pk"]
        indexes = [
            models.Index(fields=["site", "building", "sort_key"], name="unit_of_building"),
            models.Index(fields=["site", "place_key", "id"], name="unit_by_place"),
            models.Index(
                fields=["valid_until"], condition=Q(valid_until__isnull=False), name="valid_time_ends"
            ),
            GinIndex(OpClass(Upper("search_text"), name="gin_trgm_ops"), name="unit_search"),
        ]
        constraints = [
            models.UniqueConstraint("building", Lower("number"), name="unit_once_per_building"),
            models.CheckConstraint(
                condition=Q(valid_from__lt=F("valid_until")), name="valid_time_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("sites:unit", args=[self.site_id, self.pk])
