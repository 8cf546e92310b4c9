"""Who works for a site, and for which sites somebody works."""

from typing import Any

from django.urls import reverse

from accounts.models import Role, User
from accounts.permissions import Can
from sites import queries
from sites.crumbs import site_crumbs
from sites.forms import PersonSitesForm, WorkersForm
from sites.models import Site
from smartplus.kernel.pages import FormPage, Link, PanelPage
from smartplus.kernel.words import _

WORKERS = (Role.PROPERTY_MANAGER, Role.SUB_INSTALLER)


class SiteWorkers(FormPage):
    """Property managers and sub-installers of a site, by two lists."""

    model = Site
    needs = Can.MANAGERS_EDIT
    form_class = WorkersForm
    submit = _("Save")

    def title(self) -> str:
        """Of which site."""
        return _("Who works at {site}").format(site=self.row)

    def lead(self) -> str:
        """What a click does."""
        return _("A click moves somebody from one side to the other. Nothing counts before you save.")

    def initial(self) -> dict[str, Any]:
        """As it is now."""
        people = queries.staff_of_site(self.row)
        return {name: [user.pk for user in users] for name, users in people.items()}

    def done(self, row: Site) -> str:
        """Of which site."""
        return _("Saved who works at {site}").format(site=row)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the site."""
        return site_crumbs(self.row)


class PersonSites(FormPage):
    """The sites of one property manager or sub-installer, by two lists."""

    model = User
    needs = Can.MANAGERS_EDIT
    form_class = PersonSitesForm
    submit = _("Save")

    def refine(self, rows: Any) -> Any:
        """Only those who are given sites."""
        return rows.filter(role__in=WORKERS)

    def title(self) -> str:
        """Whose."""
        return _("Sites of {name}").format(name=self.row)

    def initial(self) -> dict[str, Any]:
        """As it is now."""
        return {"sites": [site.pk for site in queries.sites_of(self.row)]}

    def done(self, row: User) -> str:
        """Whose."""
        return _("Saved the sites of {name}").format(name=row)

    def success(self, row: User) -> str:
        """Back to the person."""
        return self.up

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the person."""
        return [
            (_("Users"), reverse("accounts:users")),
            (str(self.row), reverse("accounts:user", args=[self.row.pk])),
        ]


class PersonSitesPanel(PanelPage):
    """The sites of one property manager or sub-installer."""

    model = User
    needs = Can.MANAGERS_EDIT
    template = "sites/panels/person_sites.html"
    title = _("Sites")
    poll = 0
    actions = (Link("sites:of_person", _("Change"), icon="pencil"),)

    def refine(self, rows: Any) -> Any:
        """Only those who are given sites."""
        return rows.filter(role__in=WORKERS)

    def context(self) -> dict[str, Any]:
        """The sites."""
        return {"sites": queries.sites_of(self.row)}
