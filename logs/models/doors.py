"""The door log."""

from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat

from devices.models import Device
from sites.models import Building, Site
from smartplus.kernel.scoping import ScopeBy, ScopedModel
from smartplus.kernel.words import _, pgettext


class DoorLog(ScopedModel):
    """One thing that happened at a door, told once: `(device, store, seq, at)` is its identity.

    The table is partitioned by `at` (a month each, a default partition for bad clocks), so it is
    created by SQL in the migration; Django's `id` is unique by its sequence. Who and where are
    snapshots: the person, the unit and the device may be gone tomorrow. `site` is the site the
    device hung at when it happened (its place), whenever the news arrives.
    """

    class Action(models.TextChoices):
        """Who acted: somebody at the door, somebody elsewhere, somebody in a call, or the lock itself."""

        OPEN = "open", _("At the door")
        RELEASE = "release", pgettext("a door", "Released")
        CALL = "call", _("In a call")
        CLOSE = "close", pgettext("a door", "Closed")

    class Method(models.TextChoices):
        PIN = "pin", _("PIN")
        CARD = "card", _("RF card")
        FACE = "face", _("Face")
        HOME = "home", _("App home page")
        TALKING = "talking", _("App talking page")
        BLUETOOTH = "bluetooth", _("Bluetooth")
        NFC = "nfc", _("NFC")
        QR = "qr", _("QR code")
        PORTAL = "portal", _("Portal")
        APP = "app", pgettext("a way to open", "App")
        EXIT = "exit", _("Exit button")

    class Reason(models.TextChoices):
        """Why it stayed shut, as the device tells it (docs/protocol.md)."""

        UNKNOWN_PIN = "unknown_pin", _("Unknown PIN")
        UNKNOWN_CARD = "unknown_card", _("Unknown card")
        NO_RIGHT = "no_right", _("No right at this door")
        SCHEDULE = "schedule", _("Not at this hour")
        NOT_YET = "not_yet", _("Not valid yet")
        EXPIRED = "expired", _("No longer valid")
        USED_UP = "used_up", _("Used up")
        METHOD_OFF = "method_off", _("Method switched off here")
        RELAY_OFF = "relay_off", _("Door switched off")
        CLOCK = "clock", _("The device's clock is not right")
        LOCKED = "locked", pgettext("a door", "Locked down")

    class Response(models.TextChoices):
        SUCCESS = "success", _("Success")
        FAILED = "failed", _("Failed")
        OFFLINE = "offline", _("Off line")

    scope_by = ScopeBy(site="site_id", person="person_id")

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("time"))
    received_at = models.DateTimeField()
    site = models.ForeignKey(Site, models.DO_NOTHING, db_constraint=False, related_name="+")
    device = models.ForeignKey(Device, models.DO_NOTHING, db_constraint=False, related_name="+")
    device_name = models.CharField(_("device"), max_length=64)
    building = models.ForeignKey(
        Building, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    place = models.PositiveIntegerField()
    store = models.BigIntegerField()
    seq = models.BigIntegerField()
    action = models.CharField(max_length=8, choices=Action)
    method = models.CharField(pgettext("a way to open", "by"), max_length=10, choices=Method, blank=True)
    relay = models.PositiveSmallIntegerField(null=True)
    relay_name = models.CharField(_("door"), max_length=64, blank=True)
    subject = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    initiator = models.CharField(_("initiated by"), max_length=140, blank=True)
    unit_label = models.CharField(_("apartment"), max_length=162, blank=True)
    response = models.CharField(max_length=8, choices=Response)
    reason = models.CharField(max_length=24, choices=Reason, blank=True)
    code = models.CharField(max_length=4, blank=True, help_text=_("The last characters of an unknown card."))

    search_text = models.GeneratedField(
        expression=Concat(
            "initiator", Value(" "), "unit_label", Value(" "), "device_name", output_field=models.TextField()
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.action} {self.response}"
