"""What people agree to before they work here, and the company that stands behind the service."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from smartplus.kernel.scoping import Scope, ScopeBy, ScopedModel, ScopedQuerySet
from smartplus.kernel.words import _

from .organisations import Organisation
from .users import Role, User


class Policies(ScopedQuerySet["PolicyVersion"]):
    """Versions of policies: the operator sees all, everybody else what is published for the own role."""

    def visible_to(self, scope: Scope) -> "Policies":
        """What `scope` may read. Policies belong to no tenant."""
        if scope.role == Role.OPERATOR:
            return self.all()
        kinds = PolicyVersion.kinds_for(Role(scope.role))
        return self.filter(published_at__isnull=False, kind__in=kinds)


class PolicyVersion(ScopedModel):
    """One text of a policy. A published one is never changed: people agreed to these very words."""

    class Kind(models.TextChoices):
        """Which policy it is."""

        PRIVACY = "privacy", _("Privacy Policy")
        TERMS = "terms", _("Terms of Service")

    scope_by = ScopeBy()

    kind = models.CharField(_("policy"), max_length=7, choices=Kind, default=Kind.PRIVACY)
    number = models.PositiveIntegerField(_("version"), null=True, help_text=_("Given when it is published."))
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=100_000)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    published_at = models.DateTimeField(_("published"), null=True)
    published_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    objects = Policies.as_manager()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint("kind", "number", name="policy_number_once"),
            models.CheckConstraint(
                condition=Q(number=None, published_at=None)
                | Q(number__isnull=False, published_at__isnull=False),
                name="policy_published_with_a_number",
            ),
        ]

    def __str__(self) -> str:
        if not self.number:
            return self.title
        return _("{title}, version {number}").format(title=self.title, number=self.number)

    def get_absolute_url(self) -> str:
        """The operator's own page about it."""
        return reverse("accounts:policy_version", args=[self.pk])

    @classmethod
    def kinds_for(cls, role: Role) -> tuple["PolicyVersion.Kind", ...]:
        """The policies that somebody of this role agrees to; the operator writes them."""
        if role == Role.OPERATOR:
            return ()
        return tuple(cls.Kind) if role == Role.PROPERTY_MANAGER else (cls.Kind.PRIVACY,)


class PolicyAgreement(ScopedModel):
    """`user` has agreed to this version: kept, never changed."""

    scope_by = ScopeBy(user="user_id")

    user = models.ForeignKey(User, models.CASCADE, related_name="agreements")
    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="agreements")
    at = models.DateTimeField(auto_now_add=True)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "version"], name="agreed_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.version_id}"


class ProviderInfo(ScopedModel):
    """What end users read about the company behind their service. All empty: it was asked and skipped."""

    scope_by = ScopeBy(org="organisation")

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="provider_info")
    company = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=300, blank=True)
    mobile = models.CharField(max_length=32, blank=True)
    email = models.EmailField(blank=True)
    tax_id = models.CharField(_("tax ID"), max_length=64, blank=True)
    website = models.URLField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.company or str(_("Service provider information"))
