"""The checks of one row of the residents' template."""

from __future__ import annotations

from typing import Any

from django import forms

from access.queries.lines import Line
from sites import fields
from sites.services.plans import quiet_because
from smartplus.kernel.imports import Row, RowForm
from smartplus.kernel.words import _

from . import cells, edits
from .cells import Known

TEXTS = ("phone_1", "phone_2", "phone_3")
"""Columns of digits that a spreadsheet spoils when it takes them for numbers."""
DRAWN = (4, 6, 8)
"""As many digits has a PIN that lost no zero in front; shorter and odd ones may have."""

A_DATE = _("The spreadsheet took this for a date. Format the cell as text and type it again.")
A_NUMBER = _(
    "The spreadsheet took this for a number, and a 0 or + in front may be lost. "
    "Format the cell as text and type it again."
)


class ResidentRow(RowForm):
    """Somebody new of an apartment that is there already, or the changes to somebody who is there."""

    known: Known
    there: Line | None

    building = fields.NameField(most=fields.BUILDING_LENGTH)
    floors = cells.NotYetField(required=False)
    apt = fields.ApartmentField()
    apt_name = fields.TextField()
    account_type = forms.CharField()
    first_name = fields.NameField()
    last_name = fields.TextField()
    email = fields.EmailAddressField(required=False)
    calling_code = fields.CallingCodeField(required=False)
    mobile = forms.CharField(required=False)
    phone_1 = fields.PhoneField(required=False)
    phone_2 = fields.PhoneField(required=False)
    phone_3 = fields.PhoneField(required=False)
    cards = cells.CardsField(most=cells.MOST_CARDS, required=False)
    pin = cells.PinField(required=False)
    plates = cells.NotYetField(required=False)
    uhf = cells.NotYetField(required=False)
    groups = cells.GroupIdsField(required=False)
    remark = fields.TextField(most=200)
    sip = forms.CharField(required=False)

    def cells_of(self, row: Row) -> dict[str, str]:
        """The cells; of somebody who is there the blank ones as they are there."""
        self.there = self.known.line_of(row)
        return row.cells if self.there is None else edits.wanted_cells(row, self.there)

    def clean_account_type(self) -> str:
        """0 or 1 as the kind it stands for."""
        return fields.clean_account_type(self.cleaned_data["account_type"])

    def clean_pin(self) -> str:
        """A PIN, where the plan of the site leaves them to its managers."""
        pin = str(self.cleaned_data["pin"])
        if pin and (why := quiet_because(self.known.site)):
            raise forms.ValidationError(why)
        return pin

    def clean(self) -> dict[str, Any]:
        """What the cells of a row say together, and of what is there."""
        given = self.cleaned_data
        self._check_types()
        self._check_mobile(given)
        if self.there is not None:
            self._check_change(given, self.there)
        elif given.get("sip"):
            said = _(
                "Nobody of this site has the SIP {sip}. Leave the cell as it was, or blank for somebody new."
            )
            self.add_error("sip", said.format(sip=given["sip"][:20]))
        else:
            self._check_home(given)
        self._check_groups(given)
        return given

    def _check_types(self) -> None:
        for name, kind in self.row.typed.items():
            if kind == "date":
                self.add_error(name, A_DATE)
            elif self._may_have_lost(name):
                self.add_error(name, A_NUMBER)

    def _may_have_lost(self, name: str) -> bool:
        """Whether a number in this cell may have begun with a sign that is gone."""
        if name == "pin":
            return len(self.row.cells[name]) not in DRAWN
        return name in TEXTS and not self._is_there(name)

    def _is_there(self, name: str) -> bool:
        return self.there is not None and self.data[name] == self.there.cells.get(name)

    def _check_mobile(self, given: dict[str, Any]) -> None:
        if "mobile" not in given or "calling_code" not in given:
            return
        if self._is_there("mobile") and self._is_there("calling_code"):
            return
        try:
            given["mobile"] = fields.clean_mobile(given["mobile"], given["calling_code"])
        except forms.ValidationError as wrong:
            self.add_error("mobile", wrong)

    def _check_change(self, given: dict[str, Any], there: Line) -> None:
        for name, reason in edits.forbidden(given, there).items():
            self.add_error(name, reason)
        for name in edits.overtaken(self.row, given, there, self.known.pin_marks):
            self.add_error(name, edits.MEANWHILE)

    def _check_home(self, given: dict[str, Any]) -> None:
        building, apt = given.get("building", ""), given.get("apt", "")
        if building and building.lower() not in self.known.buildings:
            self.add_error("building", _("This site has no building “{building}”.").format(building=building))
        elif building and apt and (building.lower(), apt.lower()) not in self.known.homes:
            self.add_error(
                "apt",
                _("{building} has no apartment {apt}. The installer adds apartments.").format(
                    building=building, apt=apt
                ),
            )

    def _check_groups(self, given: dict[str, Any]) -> None:
        chosen = given.get("groups") or []
        if not chosen or (self.there is not None and not edits.differs("groups", given, self.there)):
            return
        if not self.known.gives_groups:
            self.add_error("groups", _("The installer keeps this site to its public area: leave this empty."))
        elif wrong := next((pk for pk in chosen if pk not in self.known.groups), None):
            self.add_error("groups", _("This site has no access group with ID {id}.").format(id=wrong))
