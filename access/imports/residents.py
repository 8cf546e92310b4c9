"""S12: people of a community with their cards, PINs and groups, in one file; new ones and changes."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

from access.queries.lines import lines_by_sip, pin_marks
from access.services.locks import access_lock
from accounts.permissions import Can
from sites.models import Residency, Site
from sites.services.guards import hold
from smartplus.kernel.errors import Refused
from smartplus.kernel.imports import Fact, Importer, Row
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from . import cells, edits
from .cells import Known, Owner
from .columns import COLUMNS
from .rows import ResidentRow
from .writing import Chunk

MASTER = Residency.Kind.MASTER
CHANGED = "changed"
"""The tag of a row that changes somebody who is there."""


class ResidentImporter(Importer):
    """Family masters and members with their access: those who come, and changes of those who are there."""

    key = "access.residents"
    title = _("Import residents")
    noun = (_("resident"), _("residents"))
    needs = Can.RESIDENTS_IMPORT
    template_name = "residents.xlsx"
    sheet_name = "Residents"
    max_rows = 10_000
    chunk_size = 500
    batched = True
    form_class = ResidentRow
    columns = COLUMNS

    def prepare(self, scope: Scope, context: Mapping[str, Any]) -> Known:
        """The community with its apartments and groups."""
        return cells.read_site(_site(scope, context))

    def hold(self, scope: Scope, context: Mapping[str, Any]) -> None:
        """Nobody else changes people of the site or what they open with until the chunk is written."""
        site = _site(scope, context)
        hold(scope, site)
        access_lock([site.pk])

    def gather(self, rows: list[Row], known: Known) -> None:
        """Those who have the SIP numbers of these rows; a number that stands twice."""
        sips = {sip for row in rows if (sip := row.cells.get("sip"))}
        known.people = lines_by_sip(known.site.pk, sips)
        typed = [line.pk for row in rows if row.cells.get("pin") and (line := known.line_of(row))]
        known.pin_marks = pin_marks(typed) if typed else {}
        for row in rows:
            sip = row.cells.get("sip")
            if sip and (first := known.row_of_sip.setdefault(sip, row.number)) != row.number:
                row.error("sip", _("This SIP is also in row {row}.").format(row=first))

    def same(self, row: Row, known: Known) -> bool:
        """Whether nothing differs from an export made now."""
        there = known.line_of(row)
        if there is None:
            return False
        return all(not cell or cell == there.cells.get(name) for name, cell in row.cells.items())

    def check_all(self, rows: list[Row], known: Known) -> None:
        """Family masters, PINs and cards that stand twice or are in use, and what differs."""
        self._check_pins(rows, known)
        self._check_masters(rows, known)
        owners = self._check_cards(rows, known)
        for row in rows:
            there = known.line_of(row)
            if there is None:
                row.tag = row.cleaned.get("account_type", "")
                row.plan = str(_("Adds somebody")) if known.row_of_sip else ""
            elif row.good:
                own = {card for (_space, card), owner in owners.items() if owner.pk == there.pk}
                row.seen = edits.differences(row, there, known.pin_marks, own)
                row.idle, row.tag = not row.seen, CHANGED
                name = f"{there.cells['first_name']} {there.cells['last_name']}".strip()
                row.plan = _("Changes {name}").format(name=name)
                _check_home(row, there.unit_id, known)

    def late(self, known: Known) -> Mapping[int, list[tuple[str, str]]]:
        """Cards and PINs that stand in several rows."""
        found: dict[int, list[tuple[str, str]]] = {}
        pins = known.pins.later("pin", _("This PIN is also in row {row}."))
        for number, error in chain(known.cards.errors("cards", _("This card")), pins):
            found.setdefault(number, []).append(error)
        return found

    def _check_cards(self, rows: list[Row], known: Known) -> dict[tuple[int, str], Owner]:
        cards = {card for row in rows for card in row.cleaned.get("cards") or ()}
        taken = cells.owners(known.site, "card", cards) if cards else {}
        for row in rows:
            there = known.line_of(row)
            for card in row.cleaned.get("cards") or ():
                known.cards.note(card, row.number)
                owner = taken.get((0, card))
                if owner and (there is None or owner.pk != there.pk):
                    said = _("…{card} belongs to {whose} already. A card opens for one person.")
                    row.error("cards", said.format(card=card[-4:], whose=owner.whose))
        return taken

    def _check_masters(self, rows: list[Row], known: Known) -> None:
        masters = known.row_of_master
        for row in rows:
            home = known.home_of(row)
            if home is None or "account_type" not in row.cleaned or row.cells.get("sip"):
                continue
            if row.cleaned["account_type"] != MASTER:
                if not home.has_master and home.pk not in masters:
                    row.error(
                        "account_type", str(_("This apartment has no family master: add one in a row above."))
                    )
            elif home.has_master:
                row.error("account_type", str(_("This apartment has a family master already.")))
            elif home.pk in masters:
                said = _("The family master of this apartment is also in row {row}.")
                row.error("account_type", said.format(row=masters[home.pk]))
            elif row.good:
                masters[home.pk] = row.number

    def _check_pins(self, rows: list[Row], known: Known) -> None:
        pins = {row.cleaned["pin"] for row in rows if row.cleaned.get("pin")}
        taken = cells.owners(known.site, "pin", pins) if pins else {}
        for row in rows:
            pin, home, there = row.cleaned.get("pin"), known.home_of(row), known.line_of(row)
            if not pin or home is None:
                continue
            place = (0 if known.whole_site else home.pk, pin)
            owner = taken.get(place)
            if owner and (there is None or owner.pk != there.pk):
                row.error("pin", str(_("Choose another PIN: somebody uses this one already.")))
            known.pins.note(place, row.number)

    def tally(self, tags: Mapping[str, int]) -> list[Fact]:
        """How many of what."""
        masters, members = tags.get(MASTER, 0), tags.get(Residency.Kind.MEMBER, 0)
        if CHANGED in tags:
            return [Fact(_("New"), masters + members), Fact(_("Changed"), tags[CHANGED])]
        return [Fact(_("Family masters"), masters), Fact(_("Family members"), members)]

    def apply(self, rows: list[Row], known: Known, scope: Scope, context: Mapping[str, Any]) -> None:
        """One chunk."""
        Chunk(rows, known, scope).write()


def _site(scope: Scope, context: Mapping[str, Any]) -> Site:
    site = Site.objects.visible_to(scope).filter(pk=context["site"], kind=Site.Kind.COMMUNITY).first()
    if site is None:
        raise Refused(_("This community is not there any more."), code="gone")
    return site


def _check_home(row: Row, unit: int, known: Known) -> None:
    """Two people of one apartment may not want different names or phones of it."""
    for name in edits.HOME.keys() & (row.seen or {}).keys():
        wanted = row.cleaned[name]
        number, other = known.said_of_home.setdefault((unit, name), (row.number, wanted))
        if other != wanted:
            row.error(name, _("Row {row} says something else of this apartment.").format(row=number))
