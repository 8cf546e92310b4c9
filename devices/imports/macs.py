"""MACs by template: one column, one MAC a row (D1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from accounts.models import Organisation
from accounts.permissions import Can
from devices.models import MacEntry
from devices.services import add_macs
from devices.services.macs import plain_mac
from smartplus.kernel.errors import Refused
from smartplus.kernel.imports import ImportColumn, Importer, Row, RowForm
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _


@dataclass(frozen=True)
class Known:
    """Whose library it is."""

    organisation: Organisation


class MacRow(RowForm):
    """One MAC."""

    mac = forms.CharField(max_length=17)

    def clean_mac(self) -> str:
        """As the library writes it."""
        try:
            return plain_mac(self.cleaned_data["mac"])
        except Refused as refusal:
            raise forms.ValidationError(refusal.message) from refusal


class MacImporter(Importer):
    """MACs for the own library."""

    key = "devices.macs"
    title = _("Import MACs")
    noun = ("MAC", _("MACs"))
    needs = Can.MACS_EDIT
    template_name = "macs.xlsx"
    sheet_name = "MACs"
    max_rows = 20_000
    chunk_size = 2000
    form_class = MacRow
    columns = (
        ImportColumn(
            "MAC",
            "mac",
            required=True,
            help=_("12 characters, with or without colons."),
            example="0C11050B9814",
        ),
    )

    def prepare(self, scope: Scope, context: Mapping[str, Any]) -> Known:
        """The reader's own library."""
        return Known(Organisation.objects.visible_to(scope).get(pk=scope.org_id))

    def check_all(self, rows: list[Row], known: Known) -> None:
        """Doubles in the file, and MACs that are registered already."""
        self.no_doubles(rows, "mac", _("This MAC"))
        macs = [row.cleaned["mac"] for row in rows if row.cleaned.get("mac")]
        registered = dict(MacEntry.objects.filter(mac__in=macs).values_list("mac", "organisation_id"))
        for row in rows:
            owner = registered.get(row.cleaned.get("mac", ""))
            if owner == known.organisation.pk:
                row.error("mac", str(_("Is in this library already.")))
            elif owner is not None:
                row.error("mac", str(_("Cannot be registered here.")))

    def apply(self, rows: list[Row], known: Known, scope: Scope, context: Mapping[str, Any]) -> None:
        """Register one chunk."""
        add_macs(scope=scope, organisation=known.organisation, macs=[row.cleaned["mac"] for row in rows])


class MacOfImporter(MacImporter):
    """MACs for the library of an installer below."""

    key = "devices.macs_of"
    needs = Can.MACS_HAND_OVER

    def prepare(self, scope: Scope, context: Mapping[str, Any]) -> Known:
        """The library that the address named, as long as the reader sees it."""
        found = Organisation.objects.visible_to(scope).filter(pk=context["organisation"]).first()
        if found is None:
            raise Refused(_("This company is not there any more."), code="gone")
        return Known(found)
