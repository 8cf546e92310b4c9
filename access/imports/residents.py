"""S12: people of a community with their cards, PINs and groups, in one file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from access.services.credentials import give_keys
from access.services.grants import set_groups
from accounts.permissions import Can
from sites import fields, services
from sites.models import Residency, Site
from smartplus.kernel.errors import Refused
from smartplus.kernel.imports import Fact, Importer, Row, RowForm
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from . import cells
from .cells import Known
from .columns import COLUMNS

PHONES = ("phone_1", "phone_2", "phone_3")
MASTER = Residency.Kind.MASTER


class ResidentRow(RowForm):
    """A person of an apartment that is there already."""

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

    def clean_account_type(self) -> str:
        """0 or 1 as the kind it stands for."""
        return fields.clean_account_type(self.cleaned_data["account_type"])

    def clean(self) -> dict[str, Any]:
        """The apartment is there, the mobile number goes with its code, the groups are the site's."""
        given = self.cleaned_data
        self._check_mobile(given)
        self._check_home(given)
        self._check_groups(given.get("groups") or [])
        return given

    def _check_mobile(self, given: dict[str, Any]) -> None:
        if "mobile" not in given or "calling_code" not in given:
            return
        try:
            given["mobile"] = fields.clean_mobile(given["mobile"], given["calling_code"])
        except forms.ValidationError as wrong:
            self.add_error("mobile", wrong)

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

    def _check_groups(self, chosen: list[int]) -> None:
        if chosen and not self.known.gives_groups:
            self.add_error("groups", _("The installer keeps this site to its public area: leave this empty."))
        elif wrong := next((pk for pk in chosen if pk not in self.known.groups), None):
            self.add_error("groups", _("This site has no access group with ID {id}.").format(id=wrong))


class ResidentImporter(Importer):
    """Family masters and members with their access."""

    key = "access.residents"
    title = _("Import residents")
    noun = (_("resident"), _("residents"))
    needs = Can.RESIDENTS_IMPORT
    template_name = "residents.xlsx"
    sheet_name = "Residents"
    max_rows = 10_000
    chunk_size = 500
    form_class = ResidentRow
    columns = COLUMNS

    def prepare(self, scope: Scope, context: Mapping[str, Any]) -> Known:
        """The community with its apartments and groups."""
        site = Site.objects.visible_to(scope).filter(pk=context["site"], kind=Site.Kind.COMMUNITY).first()
        if site is None:
            raise Refused(_("This community is not there any more."), code="gone")
        return cells.read_site(site)

    def check_all(self, rows: list[Row], known: Known) -> None:
        """Family masters, and PINs and cards that stand twice or are in use."""
        self._check_pins(rows, known)
        self.no_doubles(rows, "cards", _("This card"))
        taken = cells.owners(
            known.site, "card", {card for row in rows for card in row.cleaned.get("cards") or ()}
        )
        for row in rows:
            for card in row.cleaned.get("cards") or ():
                if whose := taken.get((0, card)):
                    row.error(
                        "cards",
                        _("…{card} belongs to {whose} already. A card opens for one person.").format(
                            card=card[-4:], whose=whose
                        ),
                    )
        self._check_masters(rows, known)

    def _check_masters(self, rows: list[Row], known: Known) -> None:
        masters: dict[int, int] = {}
        for row in rows:
            home = _home(row, known)
            if home is None or "account_type" not in row.cleaned:
                continue
            if row.cleaned["account_type"] != MASTER:
                if not home.has_master and home.pk not in masters:
                    row.error(
                        "account_type", str(_("This apartment has no family master: add one in a row above."))
                    )
            elif home.has_master:
                row.error("account_type", str(_("This apartment has a family master already.")))
            elif home.pk in masters:
                row.error(
                    "account_type",
                    _("The family master of this apartment is also in row {row}.").format(
                        row=masters[home.pk]
                    ),
                )
            elif row.good:
                masters[home.pk] = row.number

    def _check_pins(self, rows: list[Row], known: Known) -> None:
        taken = cells.owners(
            known.site, "pin", {row.cleaned["pin"] for row in rows if row.cleaned.get("pin")}
        )
        first: dict[tuple[int, str], Row] = {}
        for row in rows:
            pin, home = row.cleaned.get("pin"), _home(row, known)
            if not pin or home is None:
                continue
            place = (0 if known.whole_site else home.pk, pin)
            if place in taken:
                row.error("pin", str(_("Choose another PIN: somebody uses this one already.")))
            elif place in first:
                row.error("pin", _("This PIN is also in row {row}.").format(row=first[place].number))
            first.setdefault(place, row)

    def facts(self, rows: list[Row], known: Known) -> list[Fact]:
        """How many of what."""
        kinds = [row.cleaned["account_type"] for row in rows if row.good]
        return [
            Fact(str(_("Family masters")), sum(kind == MASTER for kind in kinds)),
            Fact(str(_("Family members")), sum(kind != MASTER for kind in kinds)),
        ]

    def apply(self, rows: list[Row], known: Known, scope: Scope, context: Mapping[str, Any]) -> None:
        """One chunk: apartments' names and phones, people, then what they open with."""
        site = known.site
        if changes := _changes_of_units(rows, known):
            services.change_units(scope=scope, site=site, changes=changes)
        people = services.add_residents(scope=scope, site=site, rows=[_person(row, known) for row in rows])
        pairs = list(zip(rows, people, strict=True))
        given = {person.pk: row.cleaned for row, person in pairs}
        give_keys(
            scope=scope,
            site=site,
            pins={pk: cleaned["pin"] for pk, cleaned in given.items() if cleaned["pin"]},
            cards={pk: cleaned["cards"] for pk, cleaned in given.items() if cleaned["cards"]},
        )
        if chosen := {pk: cleaned["groups"] for pk, cleaned in given.items() if cleaned["groups"]}:
            set_groups(scope=scope, site=site, rows=chosen)


def _home(row: Row, known: Known) -> cells.Home | None:
    key = (row.cleaned.get("building", "").lower(), row.cleaned.get("apt", "").lower())
    return known.homes.get(key)


def _unit(row: Row, known: Known) -> int:
    home = _home(row, known)
    if home is None:
        raise Refused(_("This apartment is not there any more."), field="apt", code="gone")
    return home.pk


def _changes_of_units(rows: list[Row], known: Known) -> dict[int, dict[str, str]]:
    """What the rows say of apartments; blank cells change nothing, a later row wins."""
    changes: dict[int, dict[str, str]] = {}
    for row in rows:
        given = {name: row.cleaned[name] for name in PHONES if row.cleaned[name]}
        if row.cleaned["apt_name"]:
            given["name"] = row.cleaned["apt_name"]
        if given:
            changes.setdefault(_unit(row, known), {}).update(given)
    return changes


def _person(row: Row, known: Known) -> services.NewResident:
    given = row.cleaned
    return services.NewResident(
        kind=given["account_type"],
        first_name=given["first_name"],
        last_name=given["last_name"],
        unit_id=_unit(row, known),
        email=given["email"],
        country_code=given["calling_code"],
        mobile=given["mobile"],
        remark=given["remark"],
    )
