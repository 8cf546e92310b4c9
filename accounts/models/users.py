"""One login with one role."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import get_language_info

from smartplus.kernel.scoping import ScopeBy, ScopedModel, ScopedQuerySet
from smartplus.kernel.words import _, pgettext

from .organisations import Organisation


class Role(models.TextChoices):
    """What a login is for."""

    OPERATOR = "operator", _("Operator")
    DISTRIBUTOR = "distributor", _("Distributor")
    SUB_DISTRIBUTOR = "sub_distributor", _("Sub-distributor")
    INSTALLER = "installer", _("Installer")
    SUB_INSTALLER = "sub_installer", _("Sub-installer")
    PROPERTY_MANAGER = "property_manager", _("Property manager")
    RESIDENT = "resident", _("Resident")


class PeopleManager(BaseUserManager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """Users by name, whatever its case."""

    use_in_migrations = False

    def get_by_natural_key(self, username: str | None) -> Any:
        """The account of this name, by the index that keeps names apart."""
        return self.alias(low_name=Lower("username")).get(low_name=Lower(Value(username or "")))


class User(AbstractBaseUser, ScopedModel):
    """A person who signs in.

    Trade people belong to an organisation; a property manager and a sub-installer belong to the
    installer who made them and reach the sites given to them; a resident reaches the own units.
    """

    class Theme(models.TextChoices):
        SYSTEM = "", _("As the system")
        LIGHT = "light", pgettext("a theme", "Light")
        DARK = "dark", pgettext("a theme", "Dark")

    scope_by = ScopeBy(org="organisation", site="residencies__site", user="pk")

    username = models.CharField(_("user name"), max_length=64)
    email = models.EmailField(blank=True)
    first_name = models.CharField(max_length=64, blank=True)
    last_name = models.CharField(max_length=64, blank=True)
    role = models.CharField(max_length=20, choices=Role)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="people"
    )
    language = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    hours_24 = models.BooleanField(_("24-hour clock"), default=True)
    theme = models.CharField(max_length=5, choices=Theme, blank=True, default=Theme.SYSTEM)
    is_active = models.BooleanField(_("active"), default=True)
    email_confirmed_at = models.DateTimeField(null=True)
    wants_notices = models.BooleanField(_("notices by email"), default=True)
    wants_news = models.BooleanField(_("mailing list"), default=False)
    code_demanded = models.BooleanField(
        _("email code at login"), default=False, help_text=_("Demanded by those who look after this login.")
    )
    reminded_monthly = models.BooleanField(_("monthly password reminder"), default=False)
    password_set_at = models.DateTimeField(null=True)
    welcomed_at = models.DateTimeField(
        null=True,
        help_text=_("When nothing was left to ask at the login; empty when there is something again."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = PeopleManager()

    class Meta:
        ordering = ["username"]
        constraints = [models.UniqueConstraint(Lower("username"), name="user_name_once")]
        indexes = [
            models.Index(Lower("email"), name="user_by_email"),
            models.Index(fields=["organisation", "role"], name="user_of_organisation"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    @property
    def full_name(self) -> str:
        """First and last name, as far as known."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def signature(self) -> str:
        """How the audit trail names the person."""
        return f"{self.full_name} ({self.username})" if self.full_name else self.username

    @property
    def writes_right_to_left(self) -> bool:
        """Whether the person's language runs from right to left."""
        return bool(get_language_info(self.language)["bidi"])
