"""The door log."""

from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat

from devices.models import Device
from sites.models import Building, Site
from smartplus.kernel.scoping import ScopeBy, ScopedModel


class DoorLog(ScopedModel):
    """One thing that happened at a door, told once: `(device, store, seq, at)` is its identity.

    The table is partitioned by `at` (a month each, a default partition for bad clocks), so it is
    created by SQL in the migration; Django's `id` is unique by its sequence. Who and where are
    snapshots: the person, the unit and the device may be gone tomorrow. `site` is the site the
    device hung at when it happened (its place), whenever the news arrives.
    """

    class Action(models.TextChoices):
        """Who acted: somebody at the door, somebody elsewhere, somebody in a call, or the lock itself."""

        OPEN = "open", "At the door"
        RELEASE = "release", "Released"
        CALL = "call", "In a call"
        CLOSE = "close", "Closed"

    class Method(models.TextChoices):
        PIN = "pin", "PIN"
        CARD = "card", "RF card"
        FACE = "face", "Face"
        HOME = "home", "App home page"
        TALKING = "talking", "App talking page"
        BLUETOOTH = "bluetooth", "Bluetooth"
        NFC = "nfc", "NFC"
        QR = "qr", "QR code"
        PORTAL = "portal", "Portal"
        APP = "app", "App"
        EXIT = "exit", "Exit button"

    class Reason(models.TextChoices):
        """Why it stayed shut, as the device tells it (docs/protocol.md)."""

        UNKNOWN_PIN = "unknown_pin", "Unknown PIN"
        UNKNOWN_CARD = "unknown_card", "Unknown card"
        NO_RIGHT = "no_right", "No right at this door"
        SCHEDULE = "schedule", "Not at this hour"
        NOT_YET = "not_yet", "Not valid yet"
        EXPIRED = "expired", "No longer valid"
        USED_UP = "used_up", "Used up"
        METHOD_OFF = "method_off", "Method switched off here"
        RELAY_OFF = "relay_off", "Door switched off"
        CLOCK = "clock", "The device's clock is not right"
        LOCKED = "locked", "Locked down"

    class Response(models.TextChoices):
        SUCCESS = "success", "Success"
        FAILED = "failed", "Failed"
        OFFLINE = "offline", "Off line"

    scope_by = ScopeBy(site="site_id", person="person_id")

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField("time")
    received_at = models.DateTimeField()
    site = models.ForeignKey(Site, models.DO_NOTHING, db_constraint=False, related_name="+")
    device = models.ForeignKey(Device, models.DO_NOTHING, db_constraint=False, related_name="+")
    device_name = models.CharField("device", max_length=64)
    building = models.ForeignKey(
        Building, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    place = models.PositiveIntegerField()
    store = models.BigIntegerField()
    seq = models.BigIntegerField()
    action = models.CharField(max_length=8, choices=Action)
    method = models.CharField("by", max_length=10, choices=Method, blank=True)
    relay = models.PositiveSmallIntegerField(null=True)
    relay_name = models.CharField("door", max_length=64, blank=True)
    subject = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    initiator = models.CharField("initiated by", max_length=140, blank=True)
    unit_label = models.CharField("apartment", max_length=162, blank=True)
    response = models.CharField(max_length=8, choices=Response)
    reason = models.CharField(max_length=24, choices=Reason, blank=True)
    code = models.CharField(max_length=4, blank=True, help_text="The last characters of an unknown card.")

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
