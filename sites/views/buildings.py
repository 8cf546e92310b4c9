"""Buildings of a community, departments of an office."""

from typing import Any

from django.urls import reverse

from accounts.permissions import Can
from sites import queries, services
from sites.crumbs import site_crumbs
from sites.forms import BuildingForm, BuildingRemoveForm
from sites.models import Building, Site
from sites.services.buildings import word
from smartplus.kernel.pages import ActionPage, Column, Empty, FormPage, Link, ListPage, Within

from .common import apartments_of, in_community, in_office


def building_crumbs(site: Site) -> list[tuple[str, str]]:
    """The way up from a page of a building."""
    return site_crumbs(site, (f"{word(site)}s".capitalize(), reverse("sites:buildings", args=[site.pk])))


def below(page: Any, row: Building) -> str:
    """What lies in a building of the list."""
    return apartments_of(page.site, row)


class BuildingList(ListPage):
    """The buildings or departments of a site."""

    model = Building
    needs = Can.UNITS_VIEW
    within = {"site": Within(Site, "site")}
    columns = (
        Column("name", "Name", sort=True, kind="who"),
        Column("unit_count", "Apartments", kind="num", cell="sites/cells/count.html"),
        Column("people_count", "Residents", kind="num", cell="sites/cells/count.html"),
        Column("created_at", "Created", sort=True, drop=2, cell="parts/cells/when.html"),
    )
    order = ("name",)
    search = ("name",)
    search_hint = "Name"
    row_link = Link(below, "", needs=Can.UNITS_VIEW)
    row_actions = (
        Link(below, "Open", icon="arrow-right", needs=Can.UNITS_VIEW),
        Link("sites:building_edit", "Rename", icon="pencil"),
        Link("sites:building_remove", "Remove…", icon="trash-2", kind="danger"),
    )
    actions = (
        Link("sites:building_add", "Add building", icon="plus", kind="primary", when=in_community),
        Link("sites:building_add", "Add department", icon="plus", kind="primary", when=in_office),
    )
    empty = Empty(
        "Nothing here yet", "Apartments stand in buildings, people of an office work in departments.",
        Link("sites:building_add", "Add the first", icon="plus"),
    )  # fmt: skip

    def title(self) -> str:
        """What they are called here."""
        return f"{word(self.site)}s".capitalize()

    def refine(self, rows: Any) -> Any:
        """With their figures."""
        return queries.with_figures_of_buildings(rows)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the site."""
        return site_crumbs(self.site)


class BuildingEdit(FormPage):
    """Add or rename a building or department."""

    model = Building
    needs = Can.SITES_EDIT
    within = {"site": Within(Site, "site")}
    form_class = BuildingForm
    again = "Save and add another"

    def title(self) -> str:
        """What is done to which."""
        return f"Rename {self.row}" if self.row else f"New {word(self.site)}"

    def lead(self) -> str:
        """What comes with it."""
        return "" if self.row else "A default access group is made with it and holds all public doors."

    def initial(self) -> dict[str, Any]:
        """As it is now."""
        return {"name": self.row.name} if self.row else {}

    def success(self, row: Building) -> str:
        """Back to the list."""
        return reverse("sites:buildings", args=[self.site.pk])

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the list."""
        return building_crumbs(self.site)


class BuildingRemove(ActionPage):
    """Remove a building with everybody in it: asked twice."""

    model = Building
    needs = Can.SITES_EDIT
    within = {"site": Within(Site, "site")}
    title = "Remove {0}?"
    tone = "danger"
    keep = "Keep it"
    form_class = BuildingRemoveForm

    def label(self) -> str:
        """What goes."""
        return f"Remove {word(self.site)}"

    def explain(self, row: Building) -> list[str]:
        """What goes with it."""
        units, people = queries.losses_of_building(row)
        gone = [queries.some(units, "apartment")] if units else []
        if people:
            gone.append(f"{queries.some(people, 'person', 'people')} with their logins, PINs and cards")
        return [*gone, "Its default access group"]

    def act(self, row: Building) -> None:
        """Remove it."""
        typed = self.form.cleaned_data["typed_name"]
        services.remove_building(scope=self.scope, building=row, typed_name=typed)

    def success(self, rows: list[Any]) -> str:
        """Back to the list."""
        return reverse("sites:buildings", args=[self.site.pk])

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the list."""
        return building_crumbs(self.site)
