"""Access groups."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from access.filters import GroupFilter
from access.forms import GroupForm, as_typed
from access.models import AccessGroup
from access.queries.groups import doors_of_group, people_of, search_groups, with_figures
from access.queries.progress import progress_of, under_way
from access.queries.times import hours_in_words
from access.services import grants, groups
from accounts.permissions import Can
from sites.crumbs import site_crumbs
from sites.models import Site
from smartplus.kernel.pages import (
    ActionPage,
    Column,
    DetailPage,
    Empty,
    FormPage,
    Link,
    ListPage,
    PanelPage,
    Within,
)
from smartplus.kernel.words import _, ngettext


def group_crumbs(site: Site, group: AccessGroup | None = None) -> list[tuple[str, str]]:
    """The way up from a page about groups."""
    above = site_crumbs(site, (_("Access groups"), reverse("access:groups", args=[site.pk])))
    return (
        above if group is None else [*above, (group.name, reverse("access:group", args=[site.pk, group.pk]))]
    )


def to_group(name: str) -> Callable[[Any, Any], str]:
    """The address called `name` within the group of a row."""
    return lambda page, row: reverse(name, args=[page.site.pk, row.pk])


def gives_groups(page: Any, row: Any = None) -> bool:
    """Whether managers of this site give groups to residents."""
    return grants.allowed(page.site)


def deletable(page: Any, row: Any) -> bool:
    """Whether a group may be deleted: those that came with a building may not."""
    return not row.is_default


class GroupList(ListPage):
    """The groups of a site."""

    model = AccessGroup
    needs = Can.GROUPS_VIEW
    within = {"site": Within(Site, "site")}
    related = ("site",)
    title = _("Access groups")
    noun = (_("group"), _("groups"))
    columns = (
        Column("name", _("Group"), sort=True, kind="who", cell="access/cells/group.html"),
        Column("repeat", _("Type"), sort=True, drop=2),
        Column("hours", _("Hours"), value=lambda row: hours_in_words(row, row.site.time_zone)),
        Column("door_count", _("Doors"), kind="num"),
        Column("people_count", _("People"), kind="num"),
        Column(
            "pk", "ID", kind="num", drop=1, help=_("For the column AccessGroupID of the residents’ template.")
        ),
        Column("created_at", _("Created"), shown=False),
    )
    order = ("name",)
    search = ("name",)
    search_hint = _("Group or door")
    filter_class = GroupFilter
    row_link = "access:group"
    row_actions = (
        Link(
            to_group("access:group_join_list"),
            _("Add people"),
            icon="user-plus",
            needs=Can.GROUPS_EDIT,
            when=gives_groups,
        ),
        Link("access:group_edit", _("Edit"), icon="pencil"),
        Link("access:group_delete", _("Delete…"), icon="trash-2", kind="danger", when=deletable),
    )
    actions = (Link("access:group_add", _("New group"), icon="plus", kind="primary"),)
    empty = Empty(
        _("No groups yet"),
        _("One comes with each building."),
        Link("access:group_add", _("New group"), icon="plus"),
    )

    def refine(self, rows: Any) -> Any:
        """With their figures."""
        return with_figures(rows)

    def search_rows(self, rows: Any, text: str) -> Any:
        """By name, or by a door."""
        return search_groups(rows, text)

    def lead(self) -> str:
        """What groups do, and what is still under way."""
        return under_way(self.site) or _("Who is in a group opens its doors within its hours.")

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the site."""
        return site_crumbs(self.site)


class GroupDetail(DetailPage):
    """A group: its hours and doors."""

    model = AccessGroup
    needs = Can.GROUPS_VIEW
    within = {"site": Within(Site, "site")}
    related = ("site", "default_for")
    template = "access/group_detail.html"
    actions = (
        Link("access:group_delete", _("Delete…"), icon="trash-2", kind="danger", when=deletable),
        Link(to_group("access:group_people"), _("People"), icon="users", needs=Can.GROUPS_VIEW),
        Link("access:group_edit", _("Edit"), icon="pencil"),
        Link(
            to_group("access:group_join_list"), _("Add people"), icon="user-plus", kind="primary",
            needs=Can.GROUPS_EDIT, when=gives_groups,
        ),
    )  # fmt: skip

    def lead(self) -> str:
        """Hours in words."""
        return hours_in_words(self.row, self.row.site.time_zone)

    def context(self) -> dict[str, Any]:
        """Its doors and how many are in it."""
        return {
            "doors": doors_of_group(self.row),
            "people": people_of([self.row]),
            "under_way": under_way(self.site),
        }

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the groups."""
        return group_crumbs(self.site)


class RightsProgress(PanelPage):
    """How far many changes are, while they are brought to the doors in the background."""

    model = Site
    needs = Can.RIGHTS_VIEW
    template = "access/panels/progress.html"
    poll = 2

    def context(self) -> dict[str, Any]:
        """Nothing while nothing is under way."""
        return {"progress": progress_of(self.row.pk)}


class GroupEdit(FormPage):
    """Make or change a group."""

    model = AccessGroup
    needs = Can.GROUPS_EDIT
    within = {"site": Within(Site, "site")}
    related = ("site",)
    form_class = GroupForm
    submit = _("Save group")

    def title(self) -> str:
        """Which one."""
        return _("New group") if self.row is None else _("Edit {name}").format(name=self.row.name)

    def lead(self) -> str:
        """What saving does."""
        return _("Every door concerned is told within seconds.") if self.row else ""

    def initial(self) -> dict[str, Any]:
        """As it is now, in the site's own time."""
        row = self.row
        if row is None:
            return {}
        zone = self.site.time_zone
        return {
            "name": row.name, "repeat": row.repeat, "days": row.days, "start_time": row.start_time,
            "end_time": row.end_time, "starts_at": as_typed(row.starts_at, zone),
            "ends_at": as_typed(row.ends_at, zone), "relays": list(row.relays.values_list("pk", flat=True)),
        }  # fmt: skip

    def success(self, row: AccessGroup) -> str:
        """To the group."""
        return reverse("access:group", args=[self.site.pk, row.pk])

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the group, or the groups."""
        return group_crumbs(self.site, self.row)


class GroupDelete(ActionPage):
    """Delete a group; its people lose its doors."""

    model = AccessGroup
    needs = Can.GROUPS_EDIT
    within = {"site": Within(Site, "site")}
    label = _("Delete group")
    title = _("Delete {0}?")
    tone = "danger"
    keep = _("Keep it")

    def explain(self, row: AccessGroup) -> list[str]:
        """What goes."""
        people = people_of([row])
        if not people:
            return []
        told = ngettext(
            "{n} person loses its doors, unless another group opens them.",
            "{n} people lose its doors, unless another group opens them.",
            people,
        )
        return [told.format(n=f"{people:,}")]

    def act(self, row: AccessGroup) -> None:
        """Delete it."""
        groups.delete_groups(scope=self.scope, groups=[row])

    def success(self, rows: list[Any]) -> str:
        """To the list."""
        return reverse("access:groups", args=[self.site.pk])

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the group."""
        return group_crumbs(self.site, self.row)
