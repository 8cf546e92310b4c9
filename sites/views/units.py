"""Apartments."""

from typing import Any

from django.urls import reverse

from accounts.permissions import Can
from sites import panels, queries, services
from sites.crumbs import site_crumbs
from sites.filters import UnitFilter
from sites.forms import UnitAddForm, UnitForm
from sites.models import Site, Unit
from smartplus.kernel.pages import (
    ActionPage,
    Bulk,
    Column,
    DetailPage,
    Empty,
    FormPage,
    Link,
    ListPage,
    Within,
)
from smartplus.kernel.words import _

from .common import (
    apartments_lost,
    home_facts,
    in_community,
    may_remove_people,
    monitors_lost,
    people_lost,
    valid_words,
)


def unit_crumbs(site: Site, *further: tuple[str, str]) -> list[tuple[str, str]]:
    """The way up from a page of an apartment; a house has only one home."""
    if site.kind == Site.Kind.HOUSE:
        return site_crumbs(site, *further)
    return site_crumbs(site, (_("Apartments"), reverse("sites:units", args=[site.pk])), *further)


def unit_add(page: Any, row: Any = None) -> str:
    """The page that adds an apartment: with its indoor monitor, where the plan asks for one."""
    name = panels.MONITORED_UNIT if page.site.needs_monitors else "sites:unit_add"
    return reverse(name, args=[page.site.pk])


class UnitList(ListPage):
    """The apartments of a community."""

    model = Unit
    needs = Can.UNITS_VIEW
    within = {"site": Within(Site, "site")}
    title = _("Apartments")
    noun = (_("apartment"), _("apartments"))
    related = ("building", "site")
    columns = (
        Column("number", _("APT"), sort="place_key", kind="who"),
        Column("building.name", _("Building")),
        Column("name", _("APT name"), drop=2),
        Column("master", _("Family master"), cell="sites/cells/master.html", export=queries.master_name),
        Column("people_count", _("Residents"), kind="num", cell="sites/cells/count.html"),
        Column("app_state", _("App"), cell="sites/cells/app_state.html", export=queries.app_words, drop=1),
        Column("call_type", _("Call type"), drop=3, shown=False),
        Column("sip", _("Family SIP"), kind="code", drop=2),
        Column("valid_time", _("Valid time"), value=valid_words, shown=False),
        Column("member_limit", _("Family member limit"), kind="num", shown=False),
        Column("created_at", _("Created"), sort=True, shown=False, cell="parts/cells/when.html"),
    )
    order = ("place_key",)
    search = ("search_text",)
    search_hint = _("Building and number, name, SIP, phone")
    filter_class = UnitFilter
    row_link = "sites:unit"
    row_actions = (
        Link("sites:unit", _("Open"), icon="arrow-right"),
        Link("sites:unit_edit", _("Edit"), icon="pencil"),
        Link("sites:unit_reset", _("Reset…"), icon="rotate-ccw", when=may_remove_people),
        Link("sites:unit_remove", _("Remove…"), icon="trash-2", kind="danger"),
    )
    bulk = (
        Bulk("edit", _("Edit…"), "sites:units_edit", icon="pencil"),
        Bulk("codes", _("Refresh QR codes…"), "sites:units_codes", icon="qr-code"),
        Bulk("reset", _("Reset…"), "sites:units_reset", icon="rotate-ccw", when=may_remove_people),
        Bulk("remove", _("Remove…"), "sites:units_remove", icon="trash-2", tone="danger"),
    )
    actions = (
        Link(
            unit_add, _("Add apartment"), icon="plus", kind="primary", needs=Can.SITES_EDIT, when=in_community
        ),
    )
    empty = Empty(
        _("No apartments yet"),
        _("Add them one by one, or import apartments, people and devices from one sheet."),
        Link(unit_add, _("Add apartment"), icon="plus", needs=Can.SITES_EDIT),
    )  # fmt: skip

    def refine(self, rows: Any) -> Any:
        """With their families."""
        return queries.with_families(rows)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the site."""
        return site_crumbs(self.site)


class UnitDetail(DetailPage):
    """An apartment: its family, how it is called, and what other apps know."""

    model = Unit
    needs = Can.UNITS_VIEW
    within = {"site": Within(Site, "site")}
    template = "sites/unit_detail.html"
    related = ("building", "site")
    actions = (
        Link(
            lambda page, row: f"{reverse('sites:resident_add', args=[page.site.pk])}?unit={row.pk}",
            _("Add resident"), icon="user-plus", needs=Can.RESIDENTS_EDIT,
        ),
        Link("sites:unit_codes", _("Refresh QR codes…"), icon="qr-code"),
        Link("sites:unit_reset", _("Reset…"), icon="rotate-ccw", when=may_remove_people),
        Link("sites:unit_edit", _("Edit"), icon="pencil", kind="primary"),
        Link("sites:unit_remove", _("Remove…"), icon="trash-2", kind="danger", when=in_community),
    )  # fmt: skip

    def title(self) -> str:
        """Building and number."""
        return self.row.place_label or self.row.number

    def lead(self) -> str:
        """Its name."""
        return self.row.name if self.row.name != self.title() else ""

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the apartments."""
        return unit_crumbs(self.site)

    def context(self) -> dict[str, Any]:
        """The family, as far as this reader may see it."""
        sees_people = self.scope.can(Can.RESIDENTS_VIEW)
        return {
            "sees_people": sees_people,
            "people": queries.family_of(self.row) if sees_people else [],
            "facts": home_facts(self.row),
            "frames": panels.UNIT_PANELS,
        }


class UnitAdd(FormPage):
    """A new apartment, with its family master or without."""

    model = Unit
    needs = Can.SITES_EDIT
    within = {"site": Within(Site, "site")}
    form_class = UnitAddForm
    title = _("New apartment")
    submit = _("Add apartment")
    again = _("Add and add another")

    def allowed(self) -> bool:
        """In the Basic plan an apartment comes with its indoor monitor, by a page of its own."""
        return not self.site.needs_monitors

    def initial(self) -> dict[str, Any]:
        """The building it was asked for in."""
        return {"building": self.request.GET.get("building", "")}

    def done(self, row: Unit) -> str:
        """Which one."""
        return _("Added {name}").format(name=row.place_label)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the apartments."""
        return unit_crumbs(self.site)


class UnitEdit(FormPage):
    """Change an apartment."""

    model = Unit
    needs = Can.UNITS_EDIT
    within = {"site": Within(Site, "site")}
    form_class = UnitForm
    related = ("building", "site")
    submit = _("Save apartment")

    def title(self) -> str:
        """Which one."""
        return _("Edit {name}").format(name=self.row.place_label or self.row.number)

    def initial(self) -> dict[str, Any]:
        """As it is now."""
        names = (
            "number", "name", "call_type", "phone_1", "phone_2", "phone_3", "valid_from", "valid_until",
            "auto_delete", "member_limit",
        )  # fmt: skip
        values = {name: getattr(self.row, name) for name in names}
        return values | {"valid_time": bool(values["valid_from"] or values["valid_until"])}

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the apartment."""
        return unit_crumbs(self.site, (self.row.place_label or self.row.number, self.row.get_absolute_url()))


class UnitRemove(ActionPage):
    """Remove apartments with the people in them."""

    model = Unit
    needs = Can.SITES_EDIT
    within = {"site": Within(Site, "site")}
    noun = (_("apartment"), _("apartments"))
    label = _("Remove apartment")
    title = _("Remove {0}?")
    tone = "danger"
    keep = _("Keep it")
    many = True
    fresh_for_many = True

    def lead(self) -> str:
        """How it differs from a reset."""
        return _("To let the next people have it, reset it instead: the apartment and the account stay.")

    def explain(self, row: Unit) -> list[str]:
        """Who goes with it."""
        return self.explain_many([row])

    def explain_many(self, rows: list[Unit]) -> list[str]:
        """Who goes with them."""
        people = queries.people_of_units(rows)
        gone = [apartments_lost(len(rows))] if len(rows) > 1 else []
        if people:
            gone.append(people_lost(people))
        return [*gone, *monitors_lost(self.site), _("The family SIP number; it is never given again")]

    def act(self, row: Unit) -> None:
        """One."""
        self.act_many([row])

    def act_many(self, rows: list[Unit]) -> None:
        """All of them in one go."""
        services.remove_units(scope=self.scope, site=self.site, unit_ids=[row.pk for row in rows])

    def success(self, rows: list[Any]) -> str:
        """Back to the list."""
        return reverse("sites:units", args=[self.site.pk])

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the apartments."""
        return unit_crumbs(self.site)
