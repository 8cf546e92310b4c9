"""What people type about logins."""

from typing import Any

from django import forms

from smartplus.kernel.forms import Group, ScopedForm, ScopedModelForm
from smartplus.kernel.widgets import Switch
from smartplus.kernel.words import _
from smartplus.kernel.zones import TimeZoneField

from ..models import Organisation, Role, User
from ..queries.organisations import own_organisation
from ..queries.people import MANAGES
from ..services import users
from ..services.organisations import first_role
from .fields import LanguageField

CODE_HELP = _(
    "With each login a code goes to their mailbox. An app or a passkey of their own takes its place."
)
REMINDER_HELP = _(
    "Off by default: people who must change passwords often choose weak ones. "
    "A password is better changed when somebody may know it."
)
DEMANDS = Group(_("What you ask of them"), ("code_demanded", "reminded_monthly"))


class DemandsMixin(forms.Form):
    """What those who look after a login may ask of its person."""

    code_demanded = forms.BooleanField(
        label=_("Email code at login"), required=False, widget=Switch, help_text=CODE_HELP
    )
    reminded_monthly = forms.BooleanField(
        label=_("Monthly password reminder"), required=False, widget=Switch, help_text=REMINDER_HELP
    )

    def keep_demands(self, role: str, own: bool = False) -> None:
        """Not of every role, and of nobody by the person itself."""
        if own or role not in users.DEMANDED_OF:
            for name in DEMANDS.fields:
                self.fields.pop(name, None)


class UserForm(DemandsMixin, ScopedForm):
    """A new login. An installer chooses the role; above, the company tells it."""

    organisation = forms.ModelChoiceField(Organisation.objects.all(), label=_("Company"), empty_label=None)
    role = forms.ChoiceField(label=_("Role"))
    first_name = forms.CharField(label=_("First name"), max_length=64)
    last_name = forms.CharField(label=_("Last name"), max_length=64, required=False)
    email = forms.EmailField(
        label=_("Email"), help_text=_("The user name and a link to set the password are sent to it.")
    )
    username = forms.CharField(label=_("User name"), max_length=64, help_text=users.NAME_RULE)
    language = LanguageField()
    time_zone = TimeZoneField(help_text=_("Times are shown in it."))

    groups = (
        Group(_("Person"), ("organisation", "role", "first_name", "last_name", "email")),
        Group(_("Login"), ("username", "language", "time_zone")),
        DEMANDS,
    )

    def setup(self) -> None:
        """One company: nothing to choose. Several: each has one role."""
        self.fields["time_zone"].initial = self.scope.time_zone
        companies: Any = self.fields["organisation"]
        companies.queryset = companies.queryset.filter(is_active=True).order_by("path")
        if self.scope.role == Role.INSTALLER:
            del self.fields["organisation"]
            roles: Any = self.fields["role"]
            roles.choices = [(role.value, role.label) for role in reversed(MANAGES[Role.INSTALLER])]
        else:
            del self.fields["role"]

    def perform(self) -> User:
        cleaned = dict(self.cleaned_data)
        company = cleaned.pop("organisation", None) or own_organisation(self.scope)
        role = Role(cleaned.pop("role", "") or first_role(company.kind))
        return users.create_user(
            scope=self.scope, organisation=company, new=users.NewUser(role=role, **cleaned)
        )


class UserChangeForm(DemandsMixin, ScopedModelForm):
    """A login as it is."""

    email = forms.EmailField(
        label=_("Email"), help_text=_("A new address makes links in the old mailbox void.")
    )
    language = LanguageField()
    time_zone = TimeZoneField(help_text=_("Times are shown in it."))

    class Meta:
        model = User
        fields = (
            "first_name", "last_name", "email", "language", "time_zone", "code_demanded", "reminded_monthly",
        )  # fmt: skip
        labels = {"first_name": _("First name"), "last_name": _("Last name")}

    groups = (
        Group(_("Person"), ("first_name", "last_name", "email")),
        Group(_("How they like it"), ("language", "time_zone")),
        DEMANDS,
    )

    def setup(self) -> None:
        """What may be asked of this role."""
        self.keep_demands(self.row.role, own=self.row.pk == self.scope.user_id)

    def perform(self) -> User:
        return users.change_user(scope=self.scope, user=self.row, changes=self.cleaned_data)
