"""What people type about companies of the trade."""

from typing import Any

from django import forms

from smartplus.kernel.forms import Group, ScopedForm, ScopedModelForm
from smartplus.kernel.widgets import Switch

from ..models import Organisation
from ..queries.organisations import kinds_below, parents_for
from ..services import organisations
from ..services.users import NAME_RULE, NewUser
from .fields import LanguageField, TimeZoneField

MAY_ADD_MACS = "Off: only you register MACs in its library."


class OrganisationForm(ScopedForm):
    """A new company and its first login."""

    kind = forms.ChoiceField(label="Type")
    parent = forms.ModelChoiceField(Organisation.objects.all(), label="Belongs to", empty_label=None)
    name = forms.CharField(label="Company", max_length=100)
    phone = forms.CharField(max_length=32, required=False)
    time_zone = TimeZoneField(help_text="Default of new sites and their devices.")
    may_add_macs = forms.BooleanField(
        label="May add MACs", required=False, widget=Switch, help_text=MAY_ADD_MACS
    )
    username = forms.CharField(label="User name", max_length=64, help_text=NAME_RULE)
    first_name = forms.CharField(max_length=64, required=False)
    last_name = forms.CharField(max_length=64, required=False)
    email = forms.EmailField(help_text="The user name and a link to set the password are sent to it.")
    language = LanguageField()

    groups = (
        Group("Company", ("kind", "parent", "name", "phone", "time_zone", "may_add_macs")),
        Group("First login", ("username", "first_name", "last_name", "email", "language")),
    )
    refresh = ("kind",)

    def setup(self) -> None:
        """Only what may stand below the reader, and below which companies."""
        self.fields["time_zone"].initial = self.scope.time_zone
        kinds: Any = self.fields["kind"]
        kinds.choices = [(kind.value, kind.label) for kind in kinds_below(self.scope)]
        chosen = str(self.current("kind") or kinds.choices[-1][0])
        kinds.initial = chosen
        parents: Any = self.fields["parent"]
        parents.queryset = parents_for(chosen, parents.queryset)
        if chosen != Organisation.Kind.INSTALLER:
            del self.fields["may_add_macs"]

    def perform(self) -> Organisation:
        cleaned = self.cleaned_data
        new = organisations.NewOrganisation(
            kind=cleaned["kind"],
            name=cleaned["name"],
            email=cleaned["email"],
            phone=cleaned["phone"],
            time_zone=cleaned["time_zone"],
            may_add_macs=cleaned.get("may_add_macs", False),
        )
        first = NewUser(
            username=cleaned["username"],
            email=cleaned["email"],
            role=organisations.first_role(cleaned["kind"]),
            first_name=cleaned["first_name"],
            last_name=cleaned["last_name"],
            language=cleaned["language"],
        )
        return organisations.create_organisation(
            scope=self.scope, parent=cleaned["parent"], new=new, first_user=first
        )


class OrganisationChangeForm(ScopedModelForm):
    """A company as it is."""

    time_zone = TimeZoneField(help_text="Default of new sites and their devices.")

    class Meta:
        model = Organisation
        fields = ("name", "email", "phone", "time_zone", "may_add_macs")
        widgets = {"may_add_macs": Switch}
        help_texts = {"may_add_macs": MAY_ADD_MACS}

    def setup(self) -> None:
        """Only installers have a library of their own."""
        if self.row.kind != Organisation.Kind.INSTALLER:
            del self.fields["may_add_macs"]

    def perform(self) -> Organisation:
        return organisations.change_organisation(
            scope=self.scope, organisation=self.row, changes=self.cleaned_data
        )
