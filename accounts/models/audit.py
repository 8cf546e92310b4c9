"""Who changed what: append-only, sealed, never with a secret in it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from smartplus.kernel.scoping import ScopeBy, ScopedModel

from .organisations import Organisation
from .users import User


class AuditEntry(ScopedModel):
    """One change of one row by one person.

    `actor` really acted, `on_behalf_of` is the account that was acted in (NULL: the own one).
    Names are kept as they were, and ids outlive the accounts they name (no constraint, nothing
    is ever set to NULL): an entry only changes by being sealed or by having its values erased.
    `before` and `after` hold the changed fields only; secrets appear as "changed".
    `seal` is NULL until the next sealing; `values_digest` then stands for all that may be erased.
    """

    scope_by = ScopeBy(org="organisation", site="site_id")

    at = models.DateTimeField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    site_id = models.BigIntegerField(null=True)
    actor = models.ForeignKey(
        User, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    actor_name = models.CharField(max_length=140, blank=True)
    on_behalf_of = models.ForeignKey(
        User, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    on_behalf_of_name = models.CharField(max_length=140, blank=True)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField(null=True)
    object_label = models.CharField(max_length=200, blank=True)
    fields = ArrayField(models.CharField(max_length=60), default=list)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    request_id = models.CharField(max_length=36, blank=True)
    address = models.GenericIPAddressField(null=True)
    seal = models.ForeignKey("AuditSeal", models.PROTECT, null=True, related_name="sealed")
    values_digest = models.BinaryField(max_length=32, null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["site_id", "-at", "-id"], name="audit_of_site"),
            models.Index(fields=["organisation", "-at", "-id"], name="audit_of_organisation"),
            models.Index(fields=["-at", "-id"], name="audit_by_time"),
            models.Index(fields=["object_type", "object_id"], name="audit_of_object"),
            models.Index(
                fields=["organisation", "id"], condition=models.Q(seal__isnull=True), name="audit_unsealed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_label}"


class AuditSeal(ScopedModel):
    """One link of an organisation's chain: `digest` covers `previous` and every entry sealed by it."""

    scope_by = ScopeBy(org="organisation")

    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    entries = models.PositiveIntegerField()
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "last_id"], nulls_distinct=False, name="one_seal_per_stretch"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_id} to {self.last_id}"
