"""What the broker must know of the devices."""

from django.db import models
from django.db.models import F, Q

from devices.models import Device
from smartplus.kernel.scoping import ScopeBy, ScopedModel
from smartplus.kernel.words import _


class BrokerAccount(ScopedModel):
    """A device's login at the MQTT broker: user name = MAC, password = the device's secret.

    amqtt reads this table by its plugin; Mosquitto's dynamic-security plugin is told over
    `$CONTROL`: `want` counts changes, `told` is the last one the broker confirmed.
    """

    scope_by = ScopeBy(site="device__site")

    device = models.OneToOneField(Device, models.CASCADE, primary_key=True, related_name="broker_account")
    username = models.CharField(max_length=12, unique=True)
    password_hash = models.BinaryField(max_length=32, help_text=_("SHA-256 of the random secret."))
    enabled = models.BooleanField(default=True)
    want = models.PositiveIntegerField(default=1)
    told = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["username"], condition=~Q(told=F("want")), name="broker_account_owed"),
        ]

    def __str__(self) -> str:
        return self.username
