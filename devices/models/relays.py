"""Outputs of a device."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from smartplus.kernel.scoping import ScopeBy, ScopedModel
from smartplus.kernel.words import _, pgettext

from .inventory import Device


class Method(models.TextChoices):
    """How a relay may be opened."""

    HOME = "home", _("SmartPlus home page")
    TALKING = "talking", _("SmartPlus talking page")
    PIN = "pin", _("PIN")
    FACE = "face", _("Face")
    CARD = "card", _("RF card")
    BLUETOOTH = "bluetooth", _("Bluetooth")
    NFC = "nfc", _("NFC")


def all_methods() -> list[str]:
    """Every method, as a new relay has them."""
    return [method.value for method in Method]


class Relay(ScopedModel):
    """An output of a device; of a door phone or terminal it is a door."""

    scope_by = ScopeBy(site="device__site", unit="device__unit")

    device = models.ForeignKey(Device, models.CASCADE, related_name="relays")
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(16)])
    name = models.CharField(max_length=64)
    dtmf = models.CharField(
        _("DTMF code"),
        max_length=1,
        default="#",
        validators=[RegexValidator(r"^[0-9*#]$", _("One of 0 to 9, * and #."))],
    )
    enabled = models.BooleanField(default=True)
    methods = ArrayField(
        models.CharField(max_length=10, choices=Method),
        default=all_methods,
        blank=True,
        verbose_name=_("access methods"),
    )
    hold_seconds = models.PositiveSmallIntegerField(
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("How long the door stays unlocked."),
    )

    class Meta:
        ordering = ["device", "number"]
        constraints = [models.UniqueConstraint(fields=["device", "number"], name="relay_number_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def method_words(self) -> str:
        """The ticked methods in words."""
        names = dict(Method.choices)
        return ", ".join(str(names[method]) for method in self.methods) or str(
            pgettext("opened by", "nothing")
        )
