"""What a person shows at the door."""

from django.db import models
from django.db.models import Q

from sites.models import Residency, Site
from smartplus.kernel.scoping import ScopeBy, ScopedModel
from smartplus.kernel.secrets import EncryptedTextField
from smartplus.kernel.words import _


class Credential(ScopedModel):
    """A PIN or an RF card of a resident. Encrypted, found by a keyed index only (exact, not fuzzy).

    `space` is where its value is unique: 0 = the whole site (cards; PINs in PIN mode), else the
    id of the unit (PINs in APT+PIN mode).
    """

    class Kind(models.TextChoices):
        PIN = "pin", _("PIN")
        CARD = "card", _("RF card")

    scope_by = ScopeBy(site="site", person="residency__user")

    site = models.ForeignKey(Site, models.CASCADE, related_name="credentials")
    residency = models.ForeignKey(Residency, models.CASCADE, related_name="credentials")
    kind = models.CharField(max_length=4, choices=Kind)
    value = EncryptedTextField(purpose="credential.value")
    value_key = models.BinaryField(max_length=16)
    space = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["site", "kind", "space", "value_key"], name="credential_once"),
            models.UniqueConstraint(fields=["residency"], condition=Q(kind="pin"), name="one_pin_each"),
        ]
        indexes = [models.Index(fields=["residency", "kind"], name="credential_of_resident")]

    def __str__(self) -> str:
        return self.get_kind_display()
