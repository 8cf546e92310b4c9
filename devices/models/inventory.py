"""The MAC library, the devices, and how each is right now."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat, Upper

from accounts.models import Organisation
from sites.models import Building, Site, Unit
from smartplus.kernel.scoping import ScopeBy, ScopedModel
from smartplus.kernel.secrets import EncryptedTextField
from smartplus.kernel.words import _, noop

PUBLIC_AREA = noop("Public area")

mac_format = RegexValidator(r"^[0-9A-F]{12}$", _("12 characters, 0 to 9 and A to F, without separators."))


class MacEntry(ScopedModel):
    """A MAC an organisation may install. It belongs to one library only."""

    scope_by = ScopeBy(org="organisation")

    mac = models.CharField("MAC", max_length=12, unique=True, validators=[mac_format])
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="macs")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["mac"]
        indexes = [models.Index(fields=["organisation", "mac"], name="mac_of_organisation")]

    def __str__(self) -> str:
        return self.mac


class DeviceKind(models.IntegerChoices):
    """The types of the guides, with the guides' codes."""

    DOOR_PHONE = 0, _("Multi-tenant door phone")
    UNIT_DOOR_PHONE = 1, _("Single-tenant door phone")
    INDOOR_MONITOR = 2, _("Indoor monitor")
    GUARD_PHONE = 3, _("Guard phone")
    ACCESS_CONTROL = 50, _("Access control terminal")


class Device(ScopedModel):
    """One intercom, found by its MAC for ever.

    `site` is NULL while it hangs nowhere. `place` counts up when it is moved, replaced or taken
    out: rights, commands and events carry it, so what is owed to an old place stays there.
    `secret` is its password for broker and AutoP; it changes with the place.
    `place_label` ("North House", "North House 1204", "Public area") is kept by the services.
    """

    class ContactsDisplay(models.TextChoices):
        """What the contact list of a public door phone shows (guide: contacts display)."""

        APT = "apt", _("Only APT numbers")
        PEOPLE = "people", _("Indoor monitors and apps")
        APT_AND_PEOPLE = "apt_people", _("APT numbers, indoor monitors and apps")

    scope_by = ScopeBy(site="site", unit="unit")

    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="devices")
    mac = models.CharField("MAC", max_length=12, unique=True, validators=[mac_format])
    kind = models.PositiveSmallIntegerField(_("type"), choices=DeviceKind)
    name = models.CharField(max_length=64)
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="devices")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="devices")
    serves_all = models.BooleanField(_("serves all buildings"), default=True)
    serves = models.ManyToManyField(Building, related_name="public_devices", blank=True)
    network_group = models.PositiveSmallIntegerField(default=1)
    contacts_display = models.CharField(max_length=10, choices=ContactsDisplay, default=ContactsDisplay.APT)
    monitor_allowed = models.BooleanField(_("allow users to monitor"), default=True)
    call_allowed = models.BooleanField(_("allow users to call"), default=True)
    sip = models.CharField("SIP", max_length=20, unique=True)
    place = models.PositiveIntegerField(default=1)
    secret = EncryptedTextField(purpose="device.secret")
    place_label = models.CharField(max_length=162, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    search_text = models.GeneratedField(
        expression=Concat(
            "mac", Value(" "), "name", Value(" "), "sip", Value(" "), "place_label",
        ),
        output_field=models.TextField(),
        db_persist=True,
    )  # fmt: skip

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["site", "name", "id"], name="device_of_site"),
            models.Index(fields=["name", "id"], name="device_by_name"),
            GinIndex(OpClass(Upper("search_text"), name="gin_trgm_ops"), name="device_search"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(building__isnull=True) | Q(site__isnull=False), name="device_building_has_a_site"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place_words(self) -> str:
        """Its place as it is shown: names are names, the public area is said in the reader's language."""
        return place_words(self.place_label)

    @property
    def is_door(self) -> bool:
        """Whether it stands at a door (and so takes part in access)."""
        return self.kind in DOOR_KINDS


def place_words(label: str) -> str:
    """A kept `place_label` as it is shown."""
    return str(_(label)) if label == PUBLIC_AREA else label


DOOR_KINDS = (DeviceKind.DOOR_PHONE, DeviceKind.UNIT_DOOR_PHONE, DeviceKind.ACCESS_CONTROL)


class DevicePlace(ScopedModel):
    """Where a device hung under each place number: news that arrives late belongs to the site it was at."""

    scope_by = ScopeBy(site="site")

    device = models.ForeignKey(Device, models.CASCADE, related_name="places")
    place = models.PositiveIntegerField()
    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    building = models.ForeignKey(Building, models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["device", "place"], name="one_site_per_place")]

    def __str__(self) -> str:
        return f"place {self.place}"


class DeviceState(ScopedModel):
    """What is proven about a device: written only from what it said.

    Narrow, because each heartbeat writes it.

    `conn` names the current connection, `store` the memory the device reported (0: never met),
    `reported` the revisions of its last hello, `reload_at` the subject a reload has come to
    (NULL: no reload runs), `strange` how often in a row the digest differed with nothing in flight.
    Events up to `seen_seq` are committed; `ahead` are the numbers of committed ones after a gap;
    `earlier` keeps both for the last stores before this one: {"store": [seen_seq, ahead]}.
    """

    scope_by = ScopeBy(site="device__site", unit="device__unit")

    device = models.OneToOneField(Device, models.CASCADE, primary_key=True, related_name="now")
    online = models.BooleanField(default=False)
    conn = models.CharField(max_length=32, blank=True)
    since = models.DateTimeField(_("on or off line since"), null=True)
    last_seen = models.DateTimeField(_("last contact"), null=True)
    ip = models.GenericIPAddressField("IP", null=True)
    model = models.CharField(max_length=32, blank=True)
    firmware = models.CharField(max_length=32, blank=True)
    boot_at = models.DateTimeField(null=True)
    skew = models.FloatField(_("clock difference in seconds"), default=0)
    load = models.FloatField(default=0)
    store = models.BigIntegerField(default=0)
    store_place = models.PositiveIntegerField(default=0)
    seen_seq = models.BigIntegerField(default=0)
    ahead = ArrayField(models.BigIntegerField(), default=list)
    earlier = models.JSONField(default=dict)
    reported = models.JSONField(default=dict)
    reload_at = models.BigIntegerField(null=True)
    strange = models.PositiveSmallIntegerField(default=0)
    autop_at = models.DateTimeField(_("last AutoP fetch"), null=True)

    class Meta:
        indexes = [
            models.Index(fields=["last_seen"], condition=Q(online=True), name="online_by_last_seen"),
        ]

    def __str__(self) -> str:
        return str(_("online") if self.online else _("off line"))
