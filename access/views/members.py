"""The people in an access group."""

from typing import Any

from django.urls import reverse

from access.filters import CandidateFilter, MemberFilter
from access.forms import JoinForm
from access.models import AccessGroup, Grant
from access.queries.doors import now_in_words, since_of, until_of
from access.queries.progress import under_way
from access.services import grants
from accounts.permissions import Can
from sites.models import Residency, Site
from smartplus.kernel.pages import ActionPage, Bulk, Column, Empty, Link, ListPage, Within
from smartplus.kernel.words import _

from .groups import gives_groups, group_crumbs

IN_GROUP = {"site": Within(Site, "site"), "group": Within(AccessGroup, "group")}


class GroupPeople(ListPage):
    """Who is in a group."""

    model = Grant
    needs = Can.GROUPS_VIEW
    within = IN_GROUP
    related = ("subject__residency", "group__site")
    noun = (_("person"), _("people"))
    columns = (
        Column(
            "subject.name", _("Name"), sort=("subject__name",), kind="who", cell="access/cells/member.html"
        ),
        Column("subject.place_label", _("APT"), sort=("subject__place_label",)),
        Column("starts_at", _("From"), value=since_of, drop=2, cell="parts/cells/when.html"),
        Column("ends_at", _("Until"), value=until_of, drop=1, cell="parts/cells/when.html"),
        Column("now", _("Now"), value=now_in_words),
        Column("created_at", _("Added"), shown=False, cell="parts/cells/when.html"),
    )
    order = ("subject__name",)
    search = ("subject__name", "subject__place_label")
    search_hint = _("Name, APT")
    filter_class = MemberFilter
    row_link = ""
    row_actions = (
        Link("access:group_leave", _("Take out…"), icon="trash-2", kind="danger", when=gives_groups),
    )
    bulk = (
        Bulk(
            "leave",
            _("Take out…"),
            "access:group_leave_many",
            icon="trash-2",
            tone="danger",
            when=gives_groups,
        ),
    )
    actions = (
        Link("access:group_join_list", _("Add people"), icon="user-plus", kind="primary", when=gives_groups),
    )
    empty = Empty(
        _("Nobody is in this group"), _("Whoever joins opens its doors."),
        Link("access:group_join_list", _("Add people"), icon="user-plus", when=gives_groups),
    )  # fmt: skip

    def title(self) -> str:
        """Whose."""
        return _("People of {group}").format(group=self.group.name)

    def lead(self) -> str:
        """What is still under way."""
        return under_way(self.site)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the group."""
        return group_crumbs(self.site, self.group)


class GroupCandidates(ListPage):
    """Who may still be added to a group."""

    model = Residency
    needs = Can.GROUPS_EDIT
    within = {"site": Within(Site, "site"), "group": Within(AccessGroup, "")}
    noun = (_("resident"), _("residents"))
    columns = (
        Column("full_name", _("Name"), sort="sort_name", kind="who"),
        Column("place_label", _("APT"), sort="place_key"),
        Column("kind", _("Account type"), drop=1),
    )
    order = ("sort_name",)
    search = ("search_text",)
    search_hint = _("Name, email, APT")
    filter_class = CandidateFilter
    row_link = ""
    bulk = (Bulk("join", _("Add to the group…"), "access:group_join", icon="user-plus"),)
    empty = Empty(_("Everybody is in this group"), _("Add residents first, or take people out."))
    export = False

    def allowed(self) -> bool:
        """Where the installer lets managers give access."""
        return gives_groups(self)

    def refine(self, rows: Any) -> Any:
        """Those who are not in it."""
        return rows.exclude(subject__grants__group=self.group)

    def title(self) -> str:
        """Where to."""
        return _("Add people to {group}").format(group=self.group.name)

    def lead(self) -> str:
        """How."""
        return _("Choose people, then add them to the group.")

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the group."""
        return group_crumbs(self.site, self.group)


class GroupJoin(ActionPage):
    """Add chosen people to a group."""

    model = Residency
    needs = Can.GROUPS_EDIT
    within = {"site": Within(Site, "site"), "group": Within(AccessGroup, "")}
    noun = (_("resident"), _("residents"))
    label = _("Add to the group")
    form_class = JoinForm
    many = True

    def title(self) -> str:
        """Whom, where to."""
        return _("Add {people} to {group}?").format(people="{0}", group=self.group.name)

    def act_many(self, rows: list[Residency]) -> None:
        """All of them at once."""
        grants.add_people(scope=self.scope, group=self.group, residencies=rows, **self.form.span())

    def success(self, rows: list[Any]) -> str:
        """To the people of the group."""
        return reverse("access:group_people", args=[self.site.pk, self.group.pk])

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the group."""
        return group_crumbs(self.site, self.group)


class GroupLeave(ActionPage):
    """Take people out of a group."""

    model = Grant
    needs = Can.GROUPS_EDIT
    within = IN_GROUP
    related = ("subject",)
    noun = (_("person"), _("people"))
    label = _("Take out")
    title = _("Take {0} out of the group?")
    tone = "danger"
    keep = _("Keep")
    many = True

    def explain_many(self, rows: list[Grant]) -> list[str]:
        """What goes."""
        return [
            _("Its doors stay shut to them, unless another group opens them."),
            _("Doors that are off line follow when they return."),
        ]

    def explain(self, row: Grant) -> list[str]:
        """What goes."""
        return self.explain_many([row])

    def act(self, row: Grant) -> None:
        """One."""
        grants.remove_people(scope=self.scope, grants=[row])

    def act_many(self, rows: list[Grant]) -> None:
        """All of them at once."""
        grants.remove_people(scope=self.scope, grants=rows)

    def success(self, rows: list[Any]) -> str:
        """To the people of the group."""
        return reverse("access:group_people", args=[self.site.pk, self.group.pk])

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the group."""
        return group_crumbs(self.site, self.group)
