"""What people change about themselves."""

from typing import Any

from django import forms

from smartplus.kernel.forms import Group, ScopedForm, ScopedModelForm
from smartplus.kernel.widgets import Radios
from smartplus.kernel.words import _
from smartplus.kernel.zones import TimeZoneField

from ..models import Role, User
from ..services import passwords, users
from .fields import LanguageField
from .login import TwiceMixin

CLOCKS = (("True", "14:30"), ("False", _("2:30 PM")))


class ProfileForm(ScopedModelForm):
    """Names and taste of the own account."""

    language = LanguageField()
    time_zone = TimeZoneField(help_text=_("Times on pages and in emails are shown in it."))
    hours_24 = forms.TypedChoiceField(
        label=_("Clock"), choices=CLOCKS, coerce=lambda text: text == "True", widget=Radios
    )

    class Meta:
        model = User
        fields = ("first_name", "last_name", "language", "time_zone", "hours_24", "theme")
        labels = {"first_name": _("First name"), "last_name": _("Last name"), "theme": _("Theme")}

    groups = (
        Group(_("You"), ("first_name", "last_name")),
        Group(_("How you like it"), ("language", "time_zone", "hours_24", "theme")),
    )

    def setup(self) -> None:
        """Residents are named by their property manager."""
        self.fields["theme"].widget = Radios(choices=User.Theme.choices)
        if self.row.role == Role.RESIDENT:
            del self.fields["first_name"], self.fields["last_name"]

    def perform(self) -> User:
        return users.change_user(scope=self.scope, user=self.row, changes=self.cleaned_data)


class ThemeForm(forms.Form):
    """Light, dark or as the system has it."""

    theme = forms.ChoiceField(choices=User.Theme.choices, required=False)


class OwnPasswordForm(TwiceMixin, ScopedForm):
    """A new password, with the old one as the proof."""

    old = forms.CharField(
        label=_("Present password"),
        max_length=passwords.LONGEST,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    field_order = ("old", "password", "again")

    def __init__(self, *args: Any, here: bytes, **kwargs: Any) -> None:
        self.here = here  # the session that goes on
        super().__init__(*args, **kwargs)

    def clean_old(self) -> str:
        """Checked here, outside the transaction of the change: a wrong try must stay counted."""
        try:
            passwords.confirm(user=self.row, password=self.cleaned_data["old"])
        except passwords.Refused as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
        return str(self.cleaned_data["old"])

    def perform(self) -> User:
        password = self.cleaned_data["password"]
        return passwords.change_own(scope=self.scope, user=self.row, password=password, here=self.here)
