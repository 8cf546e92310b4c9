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

WORKERS = (Role.PROPERTY_MANAGER, Role.SUB_INSTALLER)


class SiteWorkers(FormPage):
    """Property managers and sub-installers of a site, by two lists."""

    model = Site
    needs = Can.MANAGERS_EDIT
    form_class = WorkersForm
    submit = "Save"

    def title(self) -> str:
        """Of which site."""
        return f"Who works at {self.row}"

    def lead(self) -> str:
        """What a click does."""
        return "A click moves somebody from one side to the other. Nothing counts before you save."

    def initial(self) -> dict[str, Any]:
        """As it is now."""
        people = queries.staff_of_site(self.row)
        return {name: [user.pk for user in users] for name, users in people.items()}

    def done(self, row: Site) -> str:
        """Of which site."""
        return f"Saved who works at {row}"

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the site."""
        return site_crumbs(self.row)


class PersonSites(FormPage):
    """The sites of one property manager or sub-installer, by two lists."""

    model = User
    needs = Can.MANAGERS_EDIT
    form_class = PersonSitesForm
    submit = "Save"

    def refine(self, rows: Any) -> Any:
        """Only those who are given sites."""
        return rows.filter(role__in=WORKERS)

    def title(self) -> str:
        """Whose."""
        return f"Sites of {self.row}"

    def initial(self) -> dict[str, Any]:
        """As it is now."""
        return {"sites": [site.pk for site in queries.sites_of(self.row)]}

    def done(self, row: User) -> str:
        """Whose."""
        return f"Saved the sites of {row}"

    def success(self, row: User) -> str:
        """Back to the person."""
        return self.up

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the person."""
        return [
            ("Users", reverse("accounts:users")),
            (str(self.row), reverse("accounts:user", args=[self.row.pk])),
        ]


class PersonSitesPanel(PanelPage):
    """The sites of one property manager or sub-installer."""

    model = User
    needs = Can.MANAGERS_EDIT
    template = "sites/panels/person_sites.html"
    title = "Sites"
    poll = 0
    actions = (Link("sites:of_person", "Change", icon="pencil"),)

    def refine(self, rows: Any) -> Any:
        """Only those who are given sites."""
        return rows.filter(role__in=WORKERS)

    def context(self) -> dict[str, Any]:
        """The sites."""
        return {"sites": queries.sites_of(self.row)}
