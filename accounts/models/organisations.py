"""The trade tree: platform, distributors, sub-distributors, installers."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from smartplus.kernel.scoping import Scope, ScopeBy, ScopedModel, ScopedQuerySet

GONE = ".0."
"""Stands in the path of a deleted company: no company has the id 0."""


class Companies(ScopedQuerySet["Organisation"]):
    """Companies, of which the deleted ones are seen by nobody."""

    def standing(self) -> "Companies":
        """Those that were not deleted."""
        return self.exclude(path__contains=GONE)

    def visible_to(self, scope: Scope) -> "Companies":
        """The companies `scope` reaches, without the deleted ones."""
        seen: Companies = super().visible_to(scope)  # type: ignore[assignment]
        return seen.standing()


class Organisation(ScopedModel):
    """A company of the trade.

    `path` is the chain of ids from the root, each followed by a dot ("1.4.9."), so a subtree is
    a prefix and moving a company is one rewrite of prefixes. A deleted company keeps its row, because
    its trail stays: below the company it belonged to, in a path with a zero ("1.4.0.9.").
    """

    class Kind(models.TextChoices):
        """The rungs of the trade, top to bottom."""

        PLATFORM = "platform", "Platform"
        DISTRIBUTOR = "distributor", "Distributor"
        SUB_DISTRIBUTOR = "sub_distributor", "Sub-distributor"
        INSTALLER = "installer", "Installer"

    class ConnectType(models.TextChoices):
        """How devices carry their calls to the server."""

        DEFAULT = "", "Default"
        UDP = "udp", "UDP"
        TCP = "tcp", "TCP"
        TLS = "tls", "TLS"

    scope_by = ScopeBy(org="")

    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField("company", max_length=100)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=200, unique=True, editable=False)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC", help_text="Default of new sites.")
    may_add_macs = models.BooleanField(
        "may add MACs", default=False, help_text="May register MACs in its own library."
    )
    connect_type = models.CharField(
        max_length=3, choices=ConnectType, blank=True, default=ConnectType.DEFAULT
    )
    rtp_confusion = models.BooleanField("RTP confusion", default=False)
    rtsps = models.BooleanField("RTSPS", default=False)
    switching_offered = models.BooleanField(
        "access without password", default=False, help_text="Whether those above may ask to switch into it."
    )
    switching_until = models.DateTimeField(null=True, help_text="The installer's own consent.")
    service_phone = models.CharField("customer service phone", max_length=32, blank=True)
    service_email = models.EmailField("customer service email", blank=True)
    receives_feedback = models.BooleanField("receives feedback", default=False)
    is_active = models.BooleanField("active", default=True)
    created_at = models.DateTimeField("created", auto_now_add=True)

    objects = Companies.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["path"], name="organisation_subtree", opclasses=["varchar_pattern_ops"]),
        ]
        constraints = [
            models.UniqueConstraint("kind", condition=Q(kind="platform"), name="one_platform"),
            models.UniqueConstraint("parent", Lower("name"), name="organisation_name_once_per_parent"),
            models.CheckConstraint(
                condition=Q(parent__isnull=False) | Q(kind="platform"), name="only_the_platform_is_a_root"
            ),
        ]

    def __str__(self) -> str:
        return self.name
