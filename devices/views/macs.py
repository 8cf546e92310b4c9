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


class MacList(ListPage):
    """MACs of the own library and of those below."""

    model = MacEntry
    needs = Can.MACS_VIEW
    title = "MAC library"
    noun = ("MAC", "MACs")
    related = ("organisation",)
    columns = (
        Column("mac", "MAC", sort=True, cell="parts/cells/mac.html"),
        Column("organisation", "Installer"),
        Column("owner", "Owner", value=mac_owner),
        Column("created_at", "Created", sort=True, drop=1),
    )
    order = ("mac",)
    search = ("mac",)
    search_hint = "MAC"
    filter_class = MacFilter
    views = (
        View("all", "All"),
        View("free", "Free", q=lambda page: ~in_use()),
        View("used", "In use", q=lambda page: in_use()),
    )
    row_link = ""
    row_actions = (Link("devices:mac_remove", "Remove…", icon="trash-2", kind="danger"),)
    bulk = (
        Bulk("hand_over", "Hand over…", "devices:mac_hand_over", icon="arrow-right-left"),
        Bulk("remove", "Remove…", "devices:mac_remove_many", icon="trash-2", tone="danger"),
    )
    actions = (
        Link("devices:mac_import", "Import", icon="upload"),
        Link("devices:mac_add", "Add MACs", icon="plus", kind="primary"),
    )
    empty = Empty(
        "No MACs yet", "A device can be added once its MAC is in the library.",
        Link("devices:mac_add", "Add MACs", icon="plus"),
    )  # fmt: skip

    def refine(self, rows: Any) -> Any:
        """With the device that uses each."""
        return with_owner(rows)


class MacAdd(FormPage):
    """Register MACs by hand."""

    model = MacEntry
    needs = Can.MACS_EDIT
    form_class = MacAddForm
    title = "Add MACs"
    submit = "Add MACs"

    def initial(self) -> dict[str, Any]:
        """Into the library that the link named."""
        return {name: self.request.GET[name] for name in ("organisation",) if name in self.request.GET}

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the library."""
        return [("MAC library", reverse("devices:macs"))]

    def success(self, row: Any) -> str:
        """Back to the library."""
        return reverse("devices:macs")


class MacRemove(ActionPage):
    """Take MACs out of the library."""

    model = MacEntry
    needs = Can.MACS_EDIT
    label = "Remove"
    title = "Remove {0}?"
    tone = "danger"
    many = True

    def explain(self, row: MacEntry) -> list[str]:
        """What follows."""
        return ["A device with this MAC can no longer be added by this installer."]

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
    label = "Hand over"
    title = "Hand over {0}"
    tone = ""
    form_class = MacHandOverForm

    def explain(self, row: MacEntry) -> list[str]:
        """What follows."""
        return ["Only this library can use them from then on."]

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
        return [("MAC library", reverse("devices:macs"))]


class MacImportOf(MacImport):
    """MACs by template for the library of an installer below."""

    importer = MacOfImporter
    needs = Can.MACS_HAND_OVER
    within = {"organisation": Within(Organisation, "")}

    def title(self) -> str:
        """For whom."""
        return f"Import MACs for {self.places['organisation']}"

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the company."""
        company = self.places["organisation"]
        return [(str(company), reverse("accounts:organisation", args=[company.pk]))]
