"""The MAC library."""

from typing import Any

from django.urls import reverse

from accounts.models import Organisation
from accounts.permissions import Can
from devices import services
from devices.filters import MacFilter
from devices.forms import MacAddForm, MacHandOverForm
from devices.imports.macs import MacImporter, MacOfImporter
from devices.models import MacEntry
from devices.queries import in_use, mac_owner, with_owner
from smartplus.kernel.pages import (
    ActionPage,
    Bulk,
    Column,
    Empty,
    FormPage,
    ImportPage,
    Link,
    ListPage,
    View,
    Within,
)
from smartplus.kernel.words import _, pgettext


class MacList(ListPage):
    """MACs of the own library and of those below."""

    model = MacEntry
    needs = Can.MACS_VIEW
    title = _("MAC library")
    noun = ("MAC", _("MACs"))
    related = ("organisation",)
    columns = (
        Column("mac", "MAC", sort=True, cell="parts/cells/mac.html"),
        Column("organisation", _("Installer")),
        Column("owner", _("Owner"), value=mac_owner),
        Column("created_at", _("Created"), sort=True, drop=1),
    )
    order = ("mac",)
    search = ("mac",)
    search_hint = "MAC"
    filter_class = MacFilter
    views = (
        View("all", _("All")),
        View("free", pgettext("a MAC", "Free"), q=lambda page: ~in_use()),
        View("used", pgettext("a MAC", "In use"), q=lambda page: in_use()),
    )
    row_link = ""
    row_actions = (Link("devices:mac_remove", _("Remove…"), icon="trash-2", kind="danger"),)
    bulk = (
        Bulk("hand_over", _("Hand over…"), "devices:mac_hand_over", icon="arrow-right-left"),
        Bulk("remove", _("Remove…"), "devices:mac_remove_many", icon="trash-2", tone="danger"),
    )
    actions = (
        Link("devices:mac_import", _("Import"), icon="upload"),
        Link("devices:mac_add", _("Add MACs"), icon="plus", kind="primary"),
    )
    empty = Empty(
        _("No MACs yet"), _("A device can be added once its MAC is in the library."),
        Link("devices:mac_add", _("Add MACs"), icon="plus"),
    )  # fmt: skip

    def refine(self, rows: Any) -> Any:
        """With the device that uses each."""
        return with_owner(rows)


class MacAdd(FormPage):
    """Register MACs by hand."""

    model = MacEntry
    needs = Can.MACS_EDIT
    form_class = MacAddForm
    title = _("Add MACs")
    submit = _("Add MACs")

    def initial(self) -> dict[str, Any]:
        """Into the library that the link named."""
        return {name: self.request.GET[name] for name in ("organisation",) if name in self.request.GET}

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the library."""
        return [(_("MAC library"), reverse("devices:macs"))]

    def success(self, row: Any) -> str:
        """Back to the library."""
        return reverse("devices:macs")


class MacRemove(ActionPage):
    """Take MACs out of the library."""

    model = MacEntry
    needs = Can.MACS_EDIT
    label = _("Remove")
    title = _("Remove {0}?")
    tone = "danger"
    many = True
    noun = ("MAC", _("MACs"))

    def explain(self, row: MacEntry) -> list[str]:
        """What follows."""
        return [_("A device with this MAC can no longer be added by this installer.")]

    def act(self, row: MacEntry) -> None:
        """One."""
        services.remove_macs(scope=self.scope, entries=[row])

    def act_many(self, rows: Any) -> None:
        """All or none."""
        services.remove_macs(scope=self.scope, entries=list(rows))

    def success(self, rows: Any) -> str:
        """Back to the library."""
        return reverse("devices:macs")


class MacHandOver(MacRemove):
    """Give MACs to the library of an installer below."""

    needs = Can.MACS_HAND_OVER
    label = _("Hand over")
    title = _("Hand over {0}")
    tone = ""
    form_class = MacHandOverForm

    def explain(self, row: MacEntry) -> list[str]:
        """What follows."""
        return [_("Only this library can use them from then on.")]

    def act(self, row: MacEntry) -> None:
        """One."""
        self.act_many([row])

    def act_many(self, rows: Any) -> None:
        """All or none."""
        to = self.form.cleaned_data["organisation"]
        services.hand_over_macs(scope=self.scope, entries=list(rows), organisation=to)


class MacImport(ImportPage):
    """MACs by template."""

    importer = MacImporter

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the library."""
        return [(_("MAC library"), reverse("devices:macs"))]


class MacImportOf(MacImport):
    """MACs by template for the library of an installer below."""

    importer = MacOfImporter
    needs = Can.MACS_HAND_OVER
    within = {"organisation": Within(Organisation, "")}

    def title(self) -> str:
        """For whom."""
        return _("Import MACs for {company}").format(company=self.places["organisation"])

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the company."""
        company = self.places["organisation"]
        return [(str(company), reverse("accounts:organisation", args=[company.pk]))]
