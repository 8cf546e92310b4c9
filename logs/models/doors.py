"""The door log."""

from django.db import models

from devices.models import Device
from sites.models import Site
from smartplus.kernel.scoping import ScopeBy, ScopedModel


class DoorLog(ScopedModel):
    """One thing that happened at a door, told once: `(device, store, seq, at)` is its identity.

    The table is partitioned by `at` (a month each, a default partition for bad clocks), so it is
    created by SQL in the migration; Django's `id` is unique by its sequence. Who and where are
    snapshots: the person, the unit and the device may be gone tomorrow. `site` is the site the
    device hung at when it happened (its place), whenever the news arrives.
    """

    class Action(models.TextChoices):
        OPEN = "open", "Door opened"
        CALL = "call", "Call"
        RELEASE = "release", "Exit button"
        CLOSE = "close", "Door closed"

    class Method(models.TextChoices):
        PIN = "pin", "PIN"
        CARD = "card", "RF card"
        PORTAL = "portal", "Portal"
        FACE = "face", "Face"
        QR = "qr", "QR code"
        BUTTON = "button", "Button"
        DTMF = "dtmf", "DTMF"

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
    building_id = models.BigIntegerField(null=True)
    place = models.PositiveIntegerField()
    store = models.BigIntegerField()
    seq = models.BigIntegerField()
    action = models.CharField(max_length=8, choices=Action)
    method = models.CharField("by", max_length=8, choices=Method, blank=True)
    relay = models.PositiveSmallIntegerField(null=True)
    relay_name = models.CharField("door", max_length=64, blank=True)
    subject = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    initiator = models.CharField("initiated by", max_length=140, blank=True)
    unit_label = models.CharField("apartment", max_length=162, blank=True)
    response = models.CharField(max_length=8, choices=Response)
    reason = models.CharField(max_length=24, blank=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.action} {self.response}"
