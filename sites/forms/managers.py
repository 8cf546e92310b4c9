"""Who works for a site: lists of people or sites, picked from one side to the other."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Role, User
from sites import queries, services
from sites.models import Site
from smartplus.kernel.forms import ScopedForm
from smartplus.kernel.words import _


class TwoLists(forms.CheckboxSelectMultiple):
    """To be selected on one side, selected on the other; a click moves, also without JavaScript."""

    look = "choices"
    control = "sites/controls/two_lists.html"


class WorkersForm(ScopedForm):
    """Property managers and sub-installers of one site."""

    managers = forms.ModelMultipleChoiceField(
        User.objects.all(), label=_("Property managers"), required=False, widget=TwoLists,
        help_text=_("They run the site: apartments, residents, doors and logs."),
    )  # fmt: skip
    sub_installers = forms.ModelMultipleChoiceField(
        User.objects.all(), label=_("Sub-installers"), required=False, widget=TwoLists,
        help_text=_("They see this site because it was given to them."),
    )  # fmt: skip

    def setup(self) -> None:
        """The installer's own people; nobody manages a house but its family."""
        self._offer("managers", Role.PROPERTY_MANAGER)
        self._offer("sub_installers", Role.SUB_INSTALLER)
        if self.row.kind == Site.Kind.HOUSE:
            del self.fields["managers"]

    def _offer(self, name: str, role: Role) -> None:
        field: Any = self.fields[name]
        field.queryset = queries.workers(field.queryset, self.row.organisation_id, role)
        field.label_from_instance = lambda user: f"{user}\n{user.email or user.username}"

    def perform(self) -> Site:
        """Replace both lists."""
        site: Site = self.row
        if "managers" in self.fields:
            services.set_managers(scope=self.scope, site=site, user_ids=self._ids("managers"))
        services.set_sub_installers(scope=self.scope, site=site, user_ids=self._ids("sub_installers"))
        return site

    def _ids(self, name: str) -> list[int]:
        return [user.pk for user in self.cleaned_data[name]]


class PersonSitesForm(ScopedForm):
    """The sites one property manager or sub-installer works for."""

    sites = forms.ModelMultipleChoiceField(
        Site.objects.all(), label=_("Sites"), required=False, widget=TwoLists
    )

    def setup(self) -> None:
        """Sites of the person's installer; houses have no property managers."""
        field: Any = self.fields["sites"]
        field.queryset = field.queryset.filter(organisation=self.row.organisation_id)
        if self.row.role == Role.PROPERTY_MANAGER:
            field.queryset = field.queryset.exclude(kind=Site.Kind.HOUSE)
        field.label_from_instance = lambda site: f"{site}\n{site.get_kind_display()}"

    def perform(self) -> User:
        """Replace the list."""
        ids = [site.pk for site in self.cleaned_data["sites"]]
        services.set_sites_of(scope=self.scope, user=self.row, site_ids=ids)
        user: User = self.row
        return user
