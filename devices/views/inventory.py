"""Lists and pages of devices."""

from typing import Any

from django.urls import reverse

from accounts.permissions import Can
from devices import queries, services
from devices.filters import DeviceFilter, SiteDeviceFilter
from devices.forms import DeviceAddForm, DeviceAdjustForm, DeviceChangeForm
from devices.models import Device
from sites.crumbs import site_crumbs
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
    PanelPage,
    View,
    Within,
)
from smartplus.kernel.words import _, ngettext


class DeviceList(ListPage):
    """All devices the reader may see."""

    model = Device
    needs = Can.DEVICES_VIEW
    title = _("Devices")
    noun = (_("device"), _("devices"))
    table_class = "fleet"
    related = ("now", "site")
    prefetch = ("syncs",)
    columns = (
        Column("name", _("Device"), sort=True, cell="devices/cells/device.html", kind="who"),
        Column("mac", "MAC", sort=True, cell="parts/cells/mac.html"),
        Column("kind", _("Type"), drop=2),
        Column("now.online", _("Status"), cell="devices/cells/online.html", export=lambda row: str(row.now)),
        Column(
            "sync",
            _("Parts in sync"),
            cell="devices/cells/sync.html",
            export=lambda row: queries.worst_of(queries.meter_of(row.syncs.all())),
        ),
        Column("now.firmware", _("Firmware"), drop=3),
        Column("now.last_seen", _("Last contact"), drop=1, cell="parts/cells/ago.html"),
        Column("sip", "SIP", shown=False, kind="code"),
        Column("created_at", _("Created"), shown=False),
    )
    order = ("name",)
    search = ("search_text",)
    search_hint = _("MAC, name, SIP, apartment")
    filter_class = DeviceFilter
    views = (
        View("all", _("All")),
        View("offline", _("Off line"), q=lambda page: queries.offline()),
        View("failing", _("Failing"), q=lambda page: queries.refusing(), tone="bad"),
        View("pending", _("Pending"), q=lambda page: queries.unsynced()),
        View("never", _("Never connected"), q=lambda page: queries.never_seen()),
    )
    row_link = "devices:detail"
    bulk = (Bulk("remove", _("Remove…"), "devices:remove_many", icon="trash-2", tone="danger"),)
    actions = (Link("devices:macs", _("MAC library"), icon="library"),)
    empty = Empty(
        _("No devices yet"),
        _("Open a site and add the devices that hang there."),
        Link("sites:list", _("Go to the sites")),
    )

    def refine(self, rows: Any) -> Any:
        """Devices that hang somewhere; the others are only a MAC in a library."""
        return rows.filter(site__isnull=False)

    def lead(self) -> str:
        """How many, and how they are."""
        figures = queries.counts(self.rows)
        return ngettext(
            "{all} device, {online} online, {offline} off line.",
            "{all} devices, {online} online, {offline} off line.",
            figures["all"],
        ).format(**{name: f"{number:,}" for name, number in figures.items()})


class ProjectDeviceList(DeviceList):
    """The devices of communities and offices."""

    title = _("Project devices")

    def refine(self, rows: Any) -> Any:
        """Not those of houses."""
        return super().refine(rows).exclude(site__kind=Site.Kind.HOUSE)


class PersonalDeviceList(DeviceList):
    """The devices of single-family houses."""

    title = _("Personal devices")

    def refine(self, rows: Any) -> Any:
        """Those of houses only."""
        return super().refine(rows).filter(site__kind=Site.Kind.HOUSE)


class SiteDeviceList(DeviceList):
    """The devices of one site."""

    within = {"site": Within(Site, "site")}
    filter_class = SiteDeviceFilter
    actions = (
        Link(
            "devices:import",
            _("Import"),
            icon="upload",
            when=lambda page, row: page.site.kind != Site.Kind.HOUSE,
        ),
        Link("devices:add", _("Add device"), icon="plus", kind="primary"),
    )
    bulk = (Bulk("remove", _("Remove…"), "devices:remove_many", icon="trash-2", tone="danger"),)
    empty = Empty(
        _("No devices on this site"),
        _("Add one whose MAC is in your library, or import them with the apartments."),
        Link("devices:add", _("Add device"), icon="plus"),
    )

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the site."""
        return site_crumbs(self.site)


def device_crumbs(device: Device, *further: tuple[str, str]) -> list[tuple[str, str]]:
    """The way up from a page of a device."""
    above = (_("Devices"), reverse("devices:site_list", args=[device.site_id]))
    return site_crumbs(device.site, above, *further)


class DeviceDetail(DetailPage):
    """A device: what we want of it, what it reports, what it was told to do."""

    model = Device
    needs = Can.DEVICES_VIEW
    template = "devices/device_detail.html"
    related = ("site", "building", "unit", "now")
    width = "wide"
    actions = (
        Link("provisioning:panel", _("Front panel"), icon="flask-conical"),
        Link("devices:autop", _("AutoP"), icon="square-terminal"),
        Link("devices:reboot", _("Reboot…"), icon="rotate-ccw"),
        Link("devices:reset", _("Reset…"), icon="undo-2", kind="danger"),
        Link("devices:remove", _("Remove…"), icon="trash-2", kind="danger"),
        Link("devices:change", _("Edit"), icon="pencil", kind="primary"),
        Link("devices:adjust", _("Edit"), icon="pencil", kind="primary"),
    )

    def refine(self, rows: Any) -> Any:
        """Devices that hang somewhere."""
        return rows.filter(site__isnull=False)

    def title(self) -> str:
        """The name of the device."""
        return self.row.name

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the devices of its site."""
        return device_crumbs(self.row)


class DeviceStatePanel(PanelPage):
    """Basic and product information with the live state."""

    model = Device
    needs = Can.DEVICES_VIEW
    title = _("Device")
    template = "devices/panels/state.html"
    related = ("now", "site", "building", "unit")
    poll = 5

    def version(self) -> str:
        """Changes with each contact."""
        now = self.row.now
        return f"{now.online}:{now.last_seen}:{now.firmware}:{now.ip}:{self.row.name}"


class SiteDevicesPanel(PanelPage):
    """How the devices of a site are: figures, and those that need somebody."""

    model = Device
    needs = Can.DEVICES_VIEW
    within = {"site": Within(Site, "site")}
    title = _("Devices")
    template = "devices/panels/site.html"
    poll = 10

    def version(self) -> str:
        """Changes with each device that comes, goes or falls behind."""
        return queries.fleet_version(self.rows)

    def context(self) -> dict[str, Any]:
        """Figures, and the worst first."""
        return {"figures": queries.counts(self.rows), "trouble": queries.trouble(self.rows, 6)}


class UnitDevicesPanel(PanelPage):
    """The devices of an apartment."""

    model = Unit
    needs = Can.DEVICES_VIEW
    within = {"site": Within(Site, "site")}
    title = _("Devices")
    template = "devices/panels/unit.html"
    poll = 10

    def version(self) -> str:
        """Changes with each device that comes, goes or falls behind."""
        return queries.fleet_version(queries.of_unit(self.row))

    def context(self) -> dict[str, Any]:
        """All of them."""
        return {"devices": queries.with_state(queries.of_unit(self.row))}


class DeviceAdd(FormPage):
    """Hang up a device."""

    model = Device
    needs = Can.DEVICES_EDIT
    within = {"site": Within(Site, "site")}
    form_class = DeviceAddForm
    title = _("Add device")
    submit = _("Add device")
    again = _("Add and add another")

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the devices of the site."""
        return site_crumbs(self.site, (_("Devices"), reverse("devices:site_list", args=[self.site.pk])))


class DeviceChange(FormPage):
    """Change what an installer may change."""

    model = Device
    needs = Can.DEVICES_EDIT
    form_class = DeviceChangeForm
    related = ("site", "building", "unit", "now")
    submit = _("Save device")

    def refine(self, rows: Any) -> Any:
        """Devices that hang somewhere."""
        return rows.filter(site__isnull=False)

    def title(self) -> str:
        """Which device is changed."""
        return _("Edit {name}").format(name=self.row.name)

    def initial(self) -> dict[str, Any]:
        """As it is now."""
        row = self.row
        return {
            "name": row.name,
            "building": row.building_id,
            "unit": row.unit_id,
            "network_group": row.network_group,
            "serves": [] if row.serves_all else list(row.serves.values_list("pk", flat=True)),
            "contacts_display": row.contacts_display,
            "monitor_allowed": row.monitor_allowed,
            "call_allowed": row.call_allowed,
        }

    def form_places(self) -> dict[str, Any]:
        """The form chooses among places of the device's own site."""
        return {"site": self.row.site}

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the device."""
        return device_crumbs(self.row, (self.row.name, reverse("devices:detail", args=[self.row.pk])))


class DeviceAdjust(DeviceChange):
    """Change what a property manager may change."""

    needs = Can.DEVICES_ADJUST
    form_class = DeviceAdjustForm

    def initial(self) -> dict[str, Any]:
        """The model form reads the row."""
        return {}


class DeviceRemove(ActionPage):
    """Take devices out of their site."""

    model = Device
    needs = Can.DEVICES_EDIT
    label = _("Remove device")
    title = _("Remove {0}?")
    tone = "danger"
    many = True
    fresh_for_many = True
    noun = (_("device"), _("devices"))
    related = ("site",)

    def refine(self, rows: Any) -> Any:
        """Devices that hang somewhere."""
        return rows.filter(site__isnull=False)

    def explain(self, row: Device) -> list[str]:
        """What goes, and what stays owed."""
        return [
            _("Its doors leave all access groups; nobody opens them through the portal any more."),
            _("Its secret changes at once: it can no longer connect with the old one."),
            _("Orders that wait are dropped. Its door log stays."),
            _("MAC {mac} is free in your library again.").format(mac=row.mac),
        ]

    def act_many(self, rows: Any) -> None:
        """All of them in one go."""
        services.remove_devices(scope=self.scope, devices=list(rows))

    def act(self, row: Device) -> None:
        """One."""
        services.remove_devices(scope=self.scope, devices=[row])

    def success(self, rows: Any) -> str:
        """Back to the list."""
        return reverse("devices:list")
