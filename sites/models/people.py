"""People of a site."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Lower, Upper
from django.urls import reverse

from accounts.models import User
from smartplus.kernel.scoping import ScopeBy, ScopedModel
from smartplus.kernel.words import _

from .places import Building, Site, Unit


class Residency(ScopedModel):
    """A resident: one person of one unit, or of one department of an office.

    Names, email and phone belong to the residency, so nobody on one site learns what another
    site knows of the same person. `place_label` ("North House 1204") and `place_key` (the same, so
    that 9 comes before 10) are kept by the services of this app: lists sort and search without a join.
    `valid_from` and `valid_until` are the lease: the beginning belongs to it, the end does not, null is open.
    """

    class Kind(models.TextChoices):
        MASTER = "master", _("Family master")
        MEMBER = "member", _("Family member")
        STAFF = "staff", _("Staff")
        PERSONNEL = "personnel", _("Personnel")

    class AccountState(models.TextChoices):
        INACTIVATED = "inactivated", _("Inactivated")
        NORMAL = "normal", _("Normal")
        EXPIRED = "expired", _("Expired")

    class AppState(models.TextChoices):
        UNREGISTERED = "unregistered", _("Unregistered")
        REGISTERED = "registered", _("Registered")

    class CallType(models.IntegerChoices):
        """Who rings when a person of an office is called (guide: call types of an office)."""

        APP = 0, "SmartPlus"
        PHONE = 1, _("Phone")
        APP_THEN_PHONE = 2, _("SmartPlus with phone as backup")

    scope_by = ScopeBy(site="site", unit="unit", person="user")

    site = models.ForeignKey(Site, models.CASCADE, related_name="residencies")
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="residencies")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="residencies")
    user = models.ForeignKey(User, models.PROTECT, related_name="residencies")
    kind = models.CharField(_("account type"), max_length=10, choices=Kind)
    first_name = models.CharField(max_length=64)
    last_name = models.CharField(max_length=64, blank=True)
    email = models.EmailField(blank=True)
    country_code = models.CharField(max_length=5, blank=True, help_text=_("Telephone code, digits only."))
    mobile = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10, default="en")
    remark = models.CharField(max_length=200, blank=True)
    unique_id = models.CharField("ID", max_length=32, blank=True, help_text=_("Unique within the office."))
    intercom = models.BooleanField(_("SmartPlus intercom feature"), default=True)
    call_type = models.PositiveSmallIntegerField(choices=CallType, default=CallType.APP)
    phone = models.CharField(max_length=24, blank=True)
    sip = models.CharField("SIP", max_length=20, unique=True)
    account_state = models.CharField(max_length=11, choices=AccountState, default=AccountState.NORMAL)
    app_state = models.CharField(max_length=12, choices=AppState, default=AppState.UNREGISTERED)
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    place_label = models.CharField(max_length=162, blank=True, editable=False)
    place_key = models.CharField(max_length=162, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sort_name = models.GeneratedField(
        expression=Lower(Concat("first_name", Value(" "), "last_name")),
        output_field=models.CharField(max_length=129),
        db_persist=True,
    )
    search_text = models.GeneratedField(
        expression=Concat(
            "first_name", Value(" "), "last_name", Value(" "), "email", Value(" "), "country_code", "mobile",
            Value(" "), "sip", Value(" "), "place_label", Value(" "), "unique_id",
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )  # fmt: skip

    class Meta:
        ordering = ["sort_name", "pk"]
        indexes = [
            models.Index(fields=["site", "sort_name", "id"], name="resident_by_name"),
            models.Index(fields=["sort_name", "id"], name="resident_by_name_anywhere"),
            models.Index(fields=["site", "place_key", "id"], name="resident_by_place"),
            models.Index(fields=["site"], condition=Q(app_state="registered"), name="resident_with_app"),
            models.Index(fields=["valid_until"], condition=Q(valid_until__isnull=False), name="lease_ends"),
            GinIndex(OpClass(Upper("search_text"), name="gin_trgm_ops"), name="resident_search"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__lt=F("valid_until")), name="lease_ends_after_start"
            ),
            models.UniqueConstraint(fields=["unit"], condition=Q(kind="master"), name="one_master_per_unit"),
            models.UniqueConstraint(
                "site", Lower("unique_id"), condition=~Q(unique_id=""), name="unique_id_once_per_office"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["master", "member"], unit__isnull=False)
                | Q(kind__in=["staff", "personnel"], unit__isnull=True, building__isnull=False),
                name="resident_has_the_place_of_the_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("sites:resident", args=[self.site_id, self.pk])

    @property
    def phone_number(self) -> str:
        """The mobile as it is dialled ("+45 20123456"), "" without one."""
        return f"+{self.country_code} {self.mobile}" if self.mobile else ""

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()
