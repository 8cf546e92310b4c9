"""The trade tree: platform, distributors, sub-distributors, installers."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from smartplus.kernel.scoping import Scope, ScopeBy, ScopedModel, ScopedQuerySet
from smartplus.kernel.words import _, pgettext

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

        PLATFORM = "platform", _("Platform")
        DISTRIBUTOR = "distributor", _("Distributor")
        SUB_DISTRIBUTOR = "sub_distributor", _("Sub-distributor")
        INSTALLER = "installer", _("Installer")

    class ConnectType(models.TextChoices):
        """How devices carry their calls to the server."""

        DEFAULT = "", pgettext("a connect type", "Default")
        UDP = "udp", _("UDP")
        TCP = "tcp", _("TCP")
        TLS = "tls", _("TLS")

    scope_by = ScopeBy(org="")

    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(_("company"), max_length=100)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=200, unique=True, editable=False)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC", help_text=_("Default of new sites."))
    may_add_macs = models.BooleanField(
        _("may add MACs"), default=False, help_text=_("May register MACs in its own library.")
    )
    connect_type = models.CharField(
        max_length=3, choices=ConnectType, blank=True, default=ConnectType.DEFAULT
    )
    rtp_confusion = models.BooleanField(_("RTP confusion"), default=False)
    rtsps = models.BooleanField(_("RTSPS"), default=False)
    switching_offered = models.BooleanField(
        _("access without password"),
        default=False,
        help_text=_("Whether those above may ask to switch into it."),
    )
    switching_until = models.DateTimeField(null=True, help_text=_("The installer's own consent."))
    service_phone = models.CharField(_("customer service phone"), max_length=32, blank=True)
    service_email = models.EmailField(_("customer service email"), blank=True)
    receives_feedback = models.BooleanField(_("receives feedback"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

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
