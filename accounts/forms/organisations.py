"""What people type about companies of the trade."""

from typing import Any

from django import forms

from smartplus.kernel.forms import Group, ScopedForm, ScopedModelForm
from smartplus.kernel.widgets import Switch
from smartplus.kernel.words import _
from smartplus.kernel.zones import TimeZoneField

from ..models import Organisation
from ..queries.organisations import kinds_below, parents_for
from ..services import organisations
from ..services.users import NAME_RULE, NewUser
from .fields import LanguageField

HELP = {
    "may_add_macs": _("Off: only you register MACs in its library."),
    "connect_type": _("How its devices carry calls. Leave the default unless support names another."),
    "rtp_confusion": _("Calls get through where networks block them."),
    "rtsps": _("Video between server and devices is encrypted."),
    "switching_offered": _("You may work in its account without a password, once the installer has agreed."),
}
DEVICES = Group(
    _("Devices"), ("connect_type", "rtp_confusion", "rtsps"), help=_("Told to all devices of its sites.")
)
ACCOUNT = Group(_("Account"), ("may_add_macs", "switching_offered"))


def _dress_installer(fields: dict[str, Any], kind: str) -> None:
    """Say what each switch does; only an installer has them."""
    for name in organisations.OF_INSTALLERS:
        if kind == Organisation.Kind.INSTALLER:
            fields[name].help_text = HELP[name]
        else:
            del fields[name]


class OrganisationForm(ScopedForm):
    """A new company and its first login."""

    kind = forms.ChoiceField(label=_("Type"))
    parent = forms.ModelChoiceField(Organisation.objects.all(), label=_("Belongs to"), empty_label=None)
    name = forms.CharField(label=_("Company"), max_length=100)
    phone = forms.CharField(label=_("Phone"), max_length=32, required=False)
    time_zone = TimeZoneField(help_text=_("Default of new sites and their devices."))
    may_add_macs = forms.BooleanField(label=_("May add MACs"), required=False, widget=Switch)
    switching_offered = forms.BooleanField(label=_("Access without password"), required=False, widget=Switch)
    connect_type = forms.ChoiceField(
        label=_("Connect type"), choices=Organisation.ConnectType, required=False
    )
    rtp_confusion = forms.BooleanField(label=_("RTP confusion"), required=False, widget=Switch)
    rtsps = forms.BooleanField(label=_("RTSPS"), required=False, widget=Switch)
    username = forms.CharField(label=_("User name"), max_length=64, help_text=NAME_RULE)
    first_name = forms.CharField(label=_("First name"), max_length=64, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=64, required=False)
    email = forms.EmailField(
        label=_("Email"), help_text=_("The user name and a link to set the password are sent to it.")
    )
    language = LanguageField()
    code_demanded = forms.BooleanField(
        label=_("Email code at login"), required=False, widget=Switch,
        help_text=_("Asked for besides the password."),
    )  # fmt: skip

    groups = (
        Group(_("Company"), ("kind", "parent", "name", "phone", "time_zone")),
        Group(
            _("First login"), ("username", "first_name", "last_name", "email", "language", "code_demanded")
        ),
        DEVICES,
        ACCOUNT,
    )
    refresh = ("kind",)

    def setup(self) -> None:
        """Only what may stand below the reader, and below which companies."""
        self.fields["time_zone"].initial = self.scope.time_zone
        kinds: Any = self.fields["kind"]
        kinds.choices = [(kind.value, kind.label) for kind in kinds_below(self.scope)]
        chosen = str(self.current("kind"))
        chosen = chosen if chosen in dict(kinds.choices) else str(kinds.choices[-1][0])
        kinds.initial = chosen
        parents: Any = self.fields["parent"]
        parents.queryset = parents_for(chosen, parents.queryset)
        _dress_installer(self.fields, chosen)

    def perform(self) -> Organisation:
        cleaned = self.cleaned_data
        new = organisations.NewOrganisation(
            kind=cleaned["kind"],
            name=cleaned["name"],
            email=cleaned["email"],
            phone=cleaned["phone"],
            time_zone=cleaned["time_zone"],
            **{name: cleaned[name] for name in organisations.OF_INSTALLERS if name in cleaned},
        )
        first = NewUser(
            username=cleaned["username"],
            email=cleaned["email"],
            role=organisations.first_role(cleaned["kind"]),
            first_name=cleaned["first_name"],
            last_name=cleaned["last_name"],
            language=cleaned["language"],
            code_demanded=cleaned["code_demanded"],
        )
        return organisations.create_organisation(
            scope=self.scope, parent=cleaned["parent"], new=new, first_user=first
        )


class OrganisationChangeForm(ScopedModelForm):
    """A company as it is."""

    time_zone = TimeZoneField(help_text=_("Default of new sites and their devices."))

    class Meta:
        model = Organisation
        fields = organisations.CHANGEABLE
        labels = {"email": _("Email"), "phone": _("Phone"), "connect_type": _("Connect type")}
        widgets = dict.fromkeys(("may_add_macs", "rtp_confusion", "rtsps", "switching_offered"), Switch)

    groups = (Group(_("Company"), ("name", "email", "phone", "time_zone")), DEVICES, ACCOUNT)

    def setup(self) -> None:
        """Only installers have a library and devices of their own."""
        _dress_installer(self.fields, self.row.kind)

    def perform(self) -> Organisation:
        return organisations.change_organisation(
            scope=self.scope, organisation=self.row, changes=self.cleaned_data
        )
