"""Buildings of a community, departments of an office."""

from typing import Any

from django.urls import reverse

from accounts.permissions import Can
from sites import queries, services
from sites.crumbs import site_crumbs
from sites.forms import BuildingForm, BuildingRemoveForm
from sites.models import Building, Site
from smartplus.kernel.pages import ActionPage, Column, Empty, FormPage, Link, ListPage, Within
from smartplus.kernel.words import _

from .common import (
    apartments_lost,
    apartments_of,
    buildings_word,
    in_community,
    in_office,
    monitors_lost,
    people_lost,
)


def building_crumbs(site: Site) -> list[tuple[str, str]]:
    """The way up from a page of a building."""
    return site_crumbs(site, (buildings_word(site), reverse("sites:buildings", args=[site.pk])))


def below(page: Any, row: Building) -> str:
    """What lies in a building of the list."""
    return apartments_of(page.site, row)


class BuildingList(ListPage):
    """The buildings or departments of a site."""

    model = Building
    needs = Can.UNITS_VIEW
    within = {"site": Within(Site, "site")}
    noun = (_("building"), _("buildings"))
    columns = (
        Column("name", _("Name"), sort=True, kind="who"),
        Column("unit_count", _("Apartments"), kind="num", cell="sites/cells/count.html"),
        Column("people_count", _("Residents"), kind="num", cell="sites/cells/count.html"),
        Column("created_at", _("Created"), sort=True, drop=2, cell="parts/cells/when.html"),
    )
    order = ("name",)
    search = ("name",)
    search_hint = _("Name")
    row_link = Link(below, "", needs=Can.UNITS_VIEW)
    row_actions = (
        Link(below, _("Open"), icon="arrow-right", needs=Can.UNITS_VIEW),
        Link("sites:building_edit", _("Rename"), icon="pencil"),
        Link("sites:building_remove", _("Remove…"), icon="trash-2", kind="danger"),
    )
    actions = (
        Link("sites:building_add", _("Add building"), icon="plus", kind="primary", when=in_community),
        Link("sites:building_add", _("Add department"), icon="plus", kind="primary", when=in_office),
    )
    empty = Empty(
        _("Nothing here yet"), _("Apartments stand in buildings, people of an office work in departments."),
        Link("sites:building_add", _("Add the first"), icon="plus"),
    )  # fmt: skip

    def title(self) -> str:
        """What they are called here."""
        return buildings_word(self.site)

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
    again = _("Save and add another")

    def title(self) -> str:
        """What is done to which."""
        if self.row:
            return _("Rename {name}").format(name=self.row)
        return _("New department") if in_office(self) else _("New building")

    def lead(self) -> str:
        """What comes with it."""
        return "" if self.row else _("A default access group is made with it and holds all public doors.")

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
    title = _("Remove {0}?")
    tone = "danger"
    keep = _("Keep it")
    form_class = BuildingRemoveForm

    def asks_proof(self) -> bool:
        """When people lose their homes by it."""
        return queries.losses_of_building(self.row)[1] > 0

    def label(self) -> str:
        """What goes."""
        return _("Remove department") if in_office(self) else _("Remove building")

    def explain(self, row: Building) -> list[str]:
        """What goes with it."""
        units, people = queries.losses_of_building(row)
        gone = [apartments_lost(units), *monitors_lost(self.site)] if units else []
        if people:
            gone.append(people_lost(people))
        return [*gone, _("Its default access group")]

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
