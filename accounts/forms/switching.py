"""What people choose about access without password."""

from typing import Any

from django import forms

from smartplus.kernel.forms import ScopedForm
from smartplus.kernel.widgets import Radios
from smartplus.kernel.words import _

from ..models import Organisation, Switch, User
from ..queries import switching as queries
from ..services import switching

LENGTHS = (
    ("1", _("For 1 day")),
    ("7", _("For 7 days")),
    ("30", _("For 30 days")),
    ("revoked", _("Until revoked")),
)


class SwitchForm(ScopedForm):
    """Which login of the installer is entered, when it has several."""

    into = forms.ModelChoiceField(User.objects.all(), label=_("Login"), required=False, empty_label=None)

    def setup(self) -> None:
        """Active installers of this company; nothing to choose when there is one."""
        into: Any = self.fields["into"]
        into.queryset = queries.logins_of(self.row) & into.queryset
        if into.queryset.count() < 2:
            del self.fields["into"]

    def perform(self) -> Switch:
        return switching.start(scope=self.scope, organisation=self.row, into=self.cleaned_data.get("into"))


class GrantForm(ScopedForm):
    """For how long those above may work in the account."""

    length = forms.ChoiceField(
        label=_("Permission granted"),
        choices=LENGTHS,
        initial="1",
        widget=Radios,
    )

    def perform(self) -> Organisation:
        return switching.grant(scope=self.scope, length=self.cleaned_data["length"])
