"""What a lease table of a property management system would change. Nothing is written here.

Future: the person is there, nothing opens yet. Current: access. Another apartment: moved. Past or called
off: everything is revoked. Who is not in the table is left alone, but for the members of a master's
family, whom such tables do not know: they move with the master, leave with the master, and share the
master's lease as long as they had the same before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sites.leases import lease_words
from sites.local_times import end_of, instant
from sites.models import Residency, Site, Unit
from smartplus.kernel.errors import Refused
from smartplus.kernel.words import _, ngettext, pgettext

from .families import KINDS
from .guards import Rows, present
from .lease_rows import LeaseRow, Outcome, People, Standing
from .placing import place_people
from .tidying import NewResident

NEW, MOVED, LEASE, ENDED, SAME = "new", "moved", "lease", "ended", "same"


@dataclass
class LeasePlan:
    """What is done with each row, in their order, and who is not in the table."""

    outcomes: list[Outcome] = field(default_factory=list)
    missing: list[Residency] = field(default_factory=list)

    def count(self, kind: str) -> int:
        """How many rows come to this."""
        return sum(kind in one.kinds and one.refusal is None for one in self.outcomes)


def plan_leases(site: Site, rows: Sequence[LeaseRow]) -> LeasePlan:
    """What `rows` would change at a community. A constant number of queries."""
    return _Planner(site, rows).plan()


class _Planner:
    def __init__(self, site: Site, rows: Sequence[LeaseRow]) -> None:
        self.site, here = site, present()
        self.at = here.replace(microsecond=0)
        people = Residency.objects.filter(site=site).select_related("user").order_by("place_key", "pk")
        self.people = People(people, here)
        self.places = dict(Unit.objects.filter(site=site).values_list("pk", "place_label"))
        self.outcomes = [Outcome(row) for row in rows]
        self.named: set[int] = set()
        for person in self.people.all:
            person.site = site

    def plan(self) -> LeasePlan:
        self._find()
        counting = self._who_counts()
        for one in counting:
            self._leases(one)
        self._places(counting)
        self._check_places([one for one in counting if one.refusal is None])
        for one in self.outcomes:
            if not one.kinds:
                one.say(SAME, _("Unchanged."))
        touched = {member.pk for one in counting for member in (*one.family, *one.along)} | self.named
        left = [one for one in self.people.all if one.pk not in touched and not self.people.ended(one)]
        return LeasePlan(self.outcomes, sorted(left, key=lambda one: one.kind))

    # --- Whom the rows mean -----------------------------------------------------------------

    def _find(self) -> None:
        for one in self.outcomes:
            try:
                one.person = self.people.find(one.row)
            except Refused as refusal:
                one.refusal = refusal
            if one.person is not None:
                self.named.add(one.person.pk)

    def _who_counts(self) -> list[Outcome]:
        """Of several rows about one person the one that counts; ordered current, future, past."""
        chosen: dict[object, Outcome] = {}
        for one in sorted(self.outcomes, key=lambda one: one.row.standing):
            if one.refusal is not None:
                continue
            known = one.row.email.casefold() or (one.row.name_key, one.row.unit_id)
            first = chosen.setdefault(one.person.pk if one.person else known, one)
            if first is one:
                continue
            if one.row.standing == Standing.CURRENT and one.row.unit_id != first.row.unit_id:
                said = _("This person has another current lease in row {row}; one apartment each.")
                one.no("unit", said.format(row=first.row.number), "double")
            else:
                one.say(SAME, _("Row {row} counts for this person.").format(row=first.row.number))
        return list(chosen.values())

    # --- From when until when ---------------------------------------------------------------

    def _leases(self, one: Outcome) -> None:
        if one.row.standing == Standing.ENDED:
            self._end(one)
            return
        start = instant(one.row.start, self.site.time_zone) if one.row.start else None
        until = end_of(one.row.end, self.site.time_zone) if one.row.end else None
        if not self._fits(one, start, until):
            return
        if one.person is None:
            one.adds, one.lease = True, (start, until)
            if one.row.unit_id is None:
                one.no("unit", _("Empty, but needed for somebody new."), "required")
            return
        wanted = self._wanted(one.person, one.row, start, until)
        if wanted is not None and wanted != _span(one.person):
            one.lease = wanted
            one.family = [member for member in self._family(one.person) if _span(member) == _span(one.person)]
            self._say_lease(one, one.person, wanted)

    def _fits(self, one: Outcome, start: datetime | None, until: datetime | None) -> bool:
        """Refuse days that say something else than the status."""
        if start and until and until <= start:
            one.no("end", _("The end must be after the beginning."), "span")
        elif one.row.standing == Standing.FUTURE and start is None:
            one.no("start", _("Empty, but needed for a future lease."), "required")
        elif one.row.standing == Standing.FUTURE and start and start <= self.at:
            one.no("start", _("This day has come already, but the status says future."), "status")
        elif one.row.standing == Standing.CURRENT and start and start > self.at:
            one.no("start", _("This day is still to come, but the status says current."), "status")
        elif one.row.standing == Standing.CURRENT and until and until <= self.at:
            said = _("This day has passed, but the status says current. Leave it empty for an open lease.")
            one.no("end", said, "status")
        return one.refusal is None

    def _wanted(
        self, person: Residency, row: LeaseRow, start: datetime | None, until: datetime | None
    ) -> tuple[datetime | None, datetime | None] | None:
        """The lease somebody should have; None: as it is."""
        begun = person.valid_from is None or person.valid_from <= self.at
        if row.standing == Standing.CURRENT:
            return (start or (person.valid_from if begun else None), until)
        if self.people.ended(person) or not begun:
            return (start, until)
        # Somebody who lives here keeps that until the new lease begins; one that goes on is made longer.
        goes_on = person.valid_until is not None and start is not None and start <= person.valid_until
        return (person.valid_from, until) if goes_on and row.unit_id == person.unit_id else None

    def _end(self, one: Outcome) -> None:
        if one.person is None:
            one.say(SAME, _("Not here, nothing to do."))
            return
        end = self.at if one.row.end is None else min(self.at, end_of(one.row.end, self.site.time_zone))
        family = self._family(one.person)
        leaving = [person for person in (one.person, *family) if not self.people.ended(person)]
        one.ends = {person.pk: end for person in leaving}
        one.family = family
        if leaving:
            one.say(ENDED, _("Everything is revoked now."))
            self._say_family(one, family)

    def _family(self, person: Residency) -> list[Residency]:
        """The members of a master's family whom the table does not name and whose lease has not ended."""
        if person.kind != KINDS.MASTER:
            return []
        members = self._members.get(person.unit_id, [])
        return [one for one in members if one.pk not in self.named]

    @cached_property
    def _members(self) -> dict[int | None, list[Residency]]:
        found: dict[int | None, list[Residency]] = {}
        for one in self.people.all:
            if one.kind == KINDS.MEMBER and not self.people.ended(one):
                found.setdefault(one.unit_id, []).append(one)
        return found

    # --- Where, and as what -----------------------------------------------------------------

    def _places(self, counting: Sequence[Outcome]) -> None:
        taken = set(self._masters_that_stay(counting))
        for one in counting:
            row, person = one.row, one.person
            if one.refusal is not None or row.standing == Standing.ENDED or not self._acts(one):
                continue
            unit = person.unit_id if row.unit_id is None and person is not None else row.unit_id
            stays = person is not None and unit == person.unit_id
            if stays and person is not None and person.kind == KINDS.MASTER:
                continue
            one.kind = KINDS.MEMBER if unit in taken else KINDS.MASTER
            taken.add(unit)
            if person is None:
                self._say_new(one)
            elif not stays:
                self._say_move(one, person)
            elif one.kind == KINDS.MASTER:
                one.moves = True
                one.say(MOVED, _("Becomes the family master."))

    def _acts(self, one: Outcome) -> bool:
        """Whether the row says where somebody lives: not a future lease of who still has another."""
        waits = one.row.standing == Standing.FUTURE and one.person is not None and one.lease is None
        began = waits and one.person is not None and (one.person.valid_from or self.at) <= self.at
        return not began

    def _masters_that_stay(self, counting: Sequence[Outcome]) -> Iterator[int | None]:
        """The apartments whose family master is and stays one."""
        by_person = {one.person.pk: one for one in counting if one.person is not None}
        for person in self.people.all:
            one = by_person.get(person.pk)
            if person.kind != KINDS.MASTER:
                continue
            if one is None or one.refusal is not None:
                stays = not self.people.ended(person)
            elif one.row.standing == Standing.ENDED:
                stays = False
            else:
                stays = not self._acts(one) or one.row.unit_id in (None, person.unit_id)
            if stays:
                yield person.unit_id

    def _check_places(self, good: Sequence[Outcome]) -> None:
        """What the apartments themselves have to say: no more members, a master not activated yet."""
        going = [one for one in good if one.adds or one.moves]
        rows = [
            NewResident(
                one.kind, one.row.first_name, unit_id=one.row.unit_id or getattr(one.person, "unit_id", None)
            )
            for one in going
        ]
        leaving = {one.person.pk for one in going if one.person} | {pk for one in good for pk in one.ends}
        found = Rows()
        if rows:
            place_people(found, self.site, rows, leaving=leaving)
        for index, refusal in found.refusals.items():
            going[index].no("unit", refusal.message, refusal.code)

    # --- In words ---------------------------------------------------------------------------

    def _say_new(self, one: Outcome) -> None:
        place = self.places.get(one.row.unit_id or 0, "")
        if one.row.standing == Standing.FUTURE:
            one.say(NEW, _("New in {place}; nothing opens before the lease begins.").format(place=place))
        else:
            one.say(NEW, _("New in {place}, with access from now.").format(place=place))
        if one.kind == KINDS.MEMBER:
            one.words.append(str(_("As a member: the apartment has a family master.")))

    def _say_move(self, one: Outcome, person: Residency) -> None:
        one.moves = True
        place = self.places.get(one.row.unit_id or 0, "")
        one.say(MOVED, _("Moves from {old} to {new}.").format(old=person.place_label, new=place))
        if one.kind == KINDS.MEMBER and person.kind == KINDS.MASTER:
            one.words.append(str(_("As a member: the apartment has a family master.")))
        one.along = self._family(person)
        self._say_family(one, one.along)

    def _say_lease(
        self, one: Outcome, person: Residency, wanted: tuple[datetime | None, datetime | None]
    ) -> None:
        zone = self.site.time_zone
        after = Residency(valid_from=wanted[0], valid_until=wanted[1])
        before, now_is = (lease_words(each, zone) or pgettext("a lease", "open") for each in (person, after))
        one.say(LEASE, _("Lease: {after} (so far: {before}).").format(before=before, after=now_is))
        self._say_family(one, one.family)

    def _say_family(self, one: Outcome, family: Sequence[Residency]) -> None:
        if family:
            n = len(family)
            said = ngettext("With {n} family member.", "With {n} family members.", n).format(n=n)
            if said not in one.words:
                one.words.append(said)


def _span(person: Residency) -> tuple[datetime | None, datetime | None]:
    return (person.valid_from, person.valid_until)
