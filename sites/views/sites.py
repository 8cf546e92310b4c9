"""A site's overview, and how sites come, change and go."""

from typing import Any

from django.urls import reverse

from accounts.permissions import Can
from sites import panels, queries, services
from sites.countries import NAMES
from sites.crumbs import site_crumbs
from sites.forms import HouseForm, OfficeForm, SiteForm
from sites.models import Site
from sites.services.sites import settable
from smartplus.kernel.pages import ActionPage, DetailPage, FormPage, Link
from smartplus.kernel.paging import Count
from smartplus.kernel.words import _, ngettext, pgettext
from smartplus.kernel.zones import describe

from .common import apartments_lost, apartments_of, buildings_word, home_facts, monitors_lost, plan_of

KINDS = Site.Kind
FORMS = {KINDS.COMMUNITY: SiteForm, KINDS.OFFICE: OfficeForm, KINDS.HOUSE: HouseForm}
NEW = {KINDS.COMMUNITY: _("New community"), KINDS.OFFICE: _("New office"), KINDS.HOUSE: _("New house")}
ADD = {KINDS.COMMUNITY: _("Add community"), KINDS.OFFICE: _("Add office"), KINDS.HOUSE: _("Add house")}


def tab(name: str, label: str, needs: Can, *kinds: str) -> Link:
    """A tab that leads to a list within a site of one of `kinds`."""
    return Link(
        lambda page, row: reverse(name, args=[row.pk]), label,
        needs=needs, when=lambda page, row: row.kind in kinds,
    )  # fmt: skip


class SiteDetail(DetailPage):
    """A site at a glance: figures, buildings or family, settings, and what other apps know."""

    model = Site
    needs = Can.SITES_VIEW
    template = "sites/site_detail.html"
    related = ("organisation",)
    tabs = (
        Link("sites:detail", _("Overview")),
        tab("sites:units", _("Apartments"), Can.UNITS_VIEW, KINDS.COMMUNITY),
        tab("sites:residents", _("Residents"), Can.RESIDENTS_VIEW, KINDS.COMMUNITY, KINDS.HOUSE),
        tab("sites:residents", _("People"), Can.RESIDENTS_VIEW, KINDS.OFFICE),
        tab("sites:buildings", _("Buildings"), Can.UNITS_VIEW, KINDS.COMMUNITY),
        tab("sites:buildings", _("Departments"), Can.UNITS_VIEW, KINDS.OFFICE),
        *panels.SITE_TABS,
    )
    actions = (
        Link("sites:managers", _("Managers"), icon="users"),
        Link("sites:edit", _("Edit"), icon="pencil", kind="primary"),
        Link("sites:remove", _("Remove…"), icon="trash-2", kind="danger"),
    )

    def lead(self) -> str:
        """Kind and address."""
        place = ", ".join(filter(None, (self.row.address, str(NAMES.get(self.row.country, "")))))
        return f"{self.row.get_kind_display()} · {place}" if place else str(self.row.get_kind_display())

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the list."""
        return [(_("Sites"), reverse("sites:list"))]

    def context(self) -> dict[str, Any]:
        """Figures and people, as far as this reader may see them."""
        site, sees_people = self.row, self.scope.can(Can.RESIDENTS_VIEW)
        home = queries.home_of(site) if sees_people else None
        return {
            "stats": self._stats(site) if self.scope.can(Can.UNITS_VIEW) and site.kind != KINDS.HOUSE else [],
            **(self._buildings(site) if self.scope.can(Can.UNITS_VIEW) and site.kind != KINDS.HOUSE else {}),
            "facts": self._facts(site),
            "home": home,
            "people": queries.family_of(home),
            "home_facts": home_facts(home) if home else [],
            "add": reverse("sites:resident_add", args=[site.pk])
            if self.scope.can(Can.RESIDENTS_EDIT)
            else "",
            "may_edit": self.scope.can(Can.UNITS_EDIT),
            "workers": queries.staff_of_site(site),
            "frames": panels.SITE_PANELS,
        }

    def _stats(self, site: Site) -> list[dict[str, Any]]:
        figures = queries.figures_of_site(site)
        office, missing = site.kind == KINDS.OFFICE, figures["unregistered"]
        names = ("buildings", "units", "residents")
        lists = {name: reverse(f"sites:{name}", args=[site.pk]) for name in names}
        people = {
            "label": _("People") if office else _("Residents"), "value": str(Count(figures["people"])),
            "url": lists["residents"],
            "note": _("{n} without the app").format(n=Count(missing)) if missing else "",
        }  # fmt: skip
        houses = {
            "label": buildings_word(site), "value": str(Count(figures["buildings"])),
            "url": lists["buildings"],
        }  # fmt: skip
        planned = site.apartments_planned
        units = {
            "label": _("Apartments"), "value": str(Count(figures["units"])), "url": lists["units"],
            "of": f"{planned:,}" if planned else "",
        }  # fmt: skip
        return [houses, people] if office else [houses, units, people]

    def _buildings(self, site: Site) -> dict[str, Any]:
        """The first buildings, each with the way to what lies in it."""
        buildings: list[Any] = queries.buildings_of(site)
        add = reverse("sites:building_add", args=[site.pk])
        for building in buildings:
            building.below = apartments_of(site, building)
        return {
            "buildings": buildings,
            "office": site.kind == KINDS.OFFICE,
            "word": buildings_word(site),
            "all_url": reverse("sites:buildings", args=[site.pk]),
            "add_url": add if self.scope.can(Can.SITES_EDIT) else "",
        }

    def _facts(self, site: Site) -> list[tuple[str, Any]]:
        """The settings in words; those of property managers only where there are some."""
        rows = [
            (_("Time zone"), describe(site.time_zone)),
            (_("Time format"), _("24 hours") if site.hours_24 else _("12 hours")),
            (_("Date format"), site.get_date_format_display()),
        ]
        words = {
            "feature_plan": (_("Feature plan"), plan_of(site)),
            "pin_mode": (_("PIN mode"), site.get_pin_mode_display()),
            "access_control": (_("Access control"), site.get_access_control_display()),
            "managers_see_logs": (_("Log access"), on_or_off(site.managers_see_logs)),
            "managers_delete_people": (_("Delete accounts"), on_or_off(site.managers_delete_people)),
        }
        return [*rows, *(words[name] for name in words if name in settable(site.kind))]


def on_or_off(value: bool) -> str:
    """A switch in words."""
    return pgettext("a switch", "On") if value else pgettext("a switch", "Off")


class SiteAdd(FormPage):
    """A new community, office or house."""

    model = Site
    needs = Can.SITES_EDIT
    form_class = SiteForm

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """What is asked depends on the kind."""
        self.form_class = FORMS[self.kwargs["kind"]]
        return super().make_form(data, files)

    def title(self) -> str:
        """Which kind."""
        return NEW[self.kwargs["kind"]]

    @property
    def submit(self) -> str:
        """Which kind is added."""
        return ADD[self.kwargs["kind"]]

    def initial(self) -> dict[str, Any]:
        """The installer's own time zone."""
        return {"time_zone": queries.usual_time_zone(self.scope)}

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the list."""
        return [(_("Sites"), reverse("sites:list"))]


class SiteEdit(FormPage):
    """Change a site; a house together with its home and its family master."""

    model = Site
    needs = Can.SITES_EDIT
    form_class = SiteForm

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """What is asked depends on the kind."""
        self.form_class = FORMS[self.row.kind]
        return super().make_form(data, files)

    def title(self) -> str:
        """Which site."""
        return _("Edit {name}").format(name=self.row)

    def initial(self) -> dict[str, Any]:
        """As it is now."""
        row = self.row
        now = {name: getattr(row, name) for name in settable(row.kind)}
        return {**queries.house_values(row), **now} if row.kind == KINDS.HOUSE else now

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the site."""
        return site_crumbs(self.row)


def places_lost(site: Site, n: int, apartments: int) -> str:
    """The buildings and apartments, or the departments, that go with a site."""
    if site.kind == KINDS.OFFICE:
        return ngettext("{n} department", "{n} departments", n).format(n=f"{n:,}")
    lost = ngettext("{n} building and {apartments}", "{n} buildings and {apartments}", n)
    return lost.format(n=f"{n:,}", apartments=apartments_lost(apartments))


class SiteRemove(ActionPage):
    """Remove a site that nothing stands in the way of."""

    model = Site
    needs = Can.SITES_EDIT
    label = _("Remove site")
    title = _("Remove {0}?")
    tone = "danger"
    keep = _("Keep it")

    def asks_proof(self) -> bool:
        """When a family goes with it; other sites are empty before they can be removed."""
        return bool(self.row.kind == KINDS.HOUSE)

    def explain(self, row: Site) -> list[str]:
        """What goes."""
        if row.kind == KINDS.HOUSE:
            return [_("The family’s accounts: nobody of it can sign in any more.")]
        figures = queries.figures_of_site(row)
        return [
            places_lost(row, figures["buildings"], figures["units"]),
            *monitors_lost(row),
            _("What its managers set up: access groups and settings. The operation log stays."),
        ]

    def act(self, row: Site) -> None:
        """Remove it."""
        services.remove_site(scope=self.scope, site=row)

    def success(self, rows: list[Any]) -> str:
        """Back to the list."""
        return reverse("sites:list")

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the site."""
        return site_crumbs(self.row)
