"""Companies of the trade, as those above them see them."""

from typing import Any

from django.db.models import Q
from django.urls import reverse

from smartplus.kernel.pages import ActionPage, Column, DetailPage, Empty, FormPage, Link, ListPage, View

from ..filters import OrganisationFilter
from ..forms.organisations import OrganisationChangeForm, OrganisationForm
from ..models import Organisation
from ..permissions import Can
from ..queries import organisations as queries
from ..services import organisations

CRUMBS = "Organisations"


def _others(page: Any, row: Organisation) -> bool:
    return row.pk != page.scope.org_id


def _others_on(page: Any, row: Organisation) -> bool:
    return row.is_active and _others(page, row)


def _others_off(page: Any, row: Organisation) -> bool:
    return not row.is_active and _others(page, row)


EDIT = Link("accounts:organisation_change", "Edit", icon="pencil", when=_others)
OFF = Link("accounts:organisation_off", "Switch off…", icon="power-off", when=_others_on)
ON = Link("accounts:organisation_on", "Switch on", icon="power", when=_others_off)
ADD = Link("accounts:organisation_add", "Add organisation", icon="plus", kind="primary")


class OrganisationList(ListPage):
    """The own company and those below it."""

    model = Organisation
    needs = Can.ORGANISATIONS_VIEW
    title = CRUMBS
    related = ("parent",)
    columns = (
        Column("name", "Company", sort=True, cell="accounts/cells/organisation.html", kind="who"),
        Column("kind", "Type", sort=True),
        Column("parent.name", "Belongs to", sort="parent__name", drop=2, value=lambda row: row.parent),
        Column("people_count", "Active users", kind="num", drop=2),
        Column("email", drop=1),
        Column("phone", shown=False),
        Column("time_zone", drop=3),
        Column("is_active", "State", cell="accounts/cells/active.html", export=lambda row: _state(row)),
        Column("created_at", "Created", sort=True, shown=False),
    )
    order = ("name",)
    search = ("name", "email", "phone", "people__username")
    search_hint = "Company, email, user name"
    filter_class = OrganisationFilter
    views = (View("all", "All"), View("off", "Switched off", q=Q(is_active=False)))
    row_link = "accounts:organisation"
    row_actions = (EDIT, ON, OFF)
    actions = (ADD,)
    empty = Empty("No organisations yet", "Companies below yours appear here.", ADD)

    def refine(self, rows: Any) -> Any:
        """With the number of their people."""
        return queries.with_people(rows)


def _state(row: Organisation) -> str:
    return "Active" if row.is_active else "Switched off"


class OrganisationPage:
    """The way up from a page of one company."""

    row: Any

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the list, and below the company when it is not its own page."""
        above = [(CRUMBS, reverse("accounts:organisations"))]
        if self.row is None or isinstance(self, DetailPage):
            return above
        return [*above, (self.row.name, reverse("accounts:organisation", args=[self.row.pk]))]


class OrganisationDetail(OrganisationPage, DetailPage):
    """One company."""

    model = Organisation
    needs = Can.ORGANISATIONS_VIEW
    related = ("parent",)
    facts = (
        "kind",
        Column("parent", "Belongs to"),
        "email",
        "phone",
        "time_zone",
        Column("may_add_macs", "May add MACs"),
        Column("people_count", "Active users"),
        Column("is_active", "State", cell="accounts/cells/active.html"),
        Column("created_at", "Created"),
    )
    actions = (
        Link(lambda page, row: f"{reverse('accounts:users')}?organisation={row.pk}", "Users", icon="users"),
        OFF,
        ON,
        Link("accounts:organisation_change", "Edit", icon="pencil", kind="primary", when=_others),
    )

    def refine(self, rows: Any) -> Any:
        """With the number of its people."""
        return queries.with_people(rows)


class OrganisationAdd(OrganisationPage, FormPage):
    """A company below the own one, with its first login."""

    model = Organisation
    needs = Can.ORGANISATIONS_EDIT
    title = "New organisation"
    form_class = OrganisationForm
    submit = "Add organisation"

    def done(self, row: Any) -> str:
        return f"Added {row}. The login details are on their way."

    def success(self, row: Any) -> str:
        return reverse("accounts:organisation", args=[row.pk])


class OrganisationChange(OrganisationPage, FormPage):
    """Change a company below the own one."""

    model = Organisation
    needs = Can.ORGANISATIONS_EDIT
    form_class = OrganisationChangeForm

    def success(self, row: Any) -> str:
        return reverse("accounts:organisation", args=[row.pk])

    @property
    def cancel(self) -> str:
        return self.up


class OrganisationOff(OrganisationPage, ActionPage):
    """Nobody of the company is let in any more."""

    model = Organisation
    needs = Can.ORGANISATIONS_EDIT
    title = "Switch off {0}?"
    label = "Switch off organisation"
    keep = "Keep it on"

    def explain(self, row: Any) -> list[str]:
        """What stops and what goes on."""
        return [
            "Its users are signed out at their next click and cannot sign in, its property managers neither.",
            f"Companies below it ({queries.below(row)}), sites, residents and doors go on as they are.",
            "It can be switched on again at any time.",
        ]

    def act(self, row: Any) -> None:
        organisations.switch_off(scope=self.scope, organisation=row)

    def done(self, rows: Any) -> str:
        return f"Switched off {rows[0]}"


class OrganisationOn(OrganisationPage, ActionPage):
    """Let the people of the company in again."""

    model = Organisation
    needs = Can.ORGANISATIONS_EDIT
    label = "Switch on organisation"
    confirm = False

    def act(self, row: Any) -> None:
        organisations.switch_on(scope=self.scope, organisation=row)

    def done(self, rows: Any) -> str:
        return f"Switched on {rows[0]}"
