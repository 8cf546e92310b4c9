"""What one person opens, and what each door proves of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils.timezone import now

from access.live import DAYS_AHEAD
from access.models import AccessRight, Grant, GroupDoor, Subject
from access.statements import fetch
from devices.models import Device, DeviceState, Method, Relay
from sites.models import Residency, Site
from smartplus.kernel.words import _, ngettext

from .times import ALWAYS, grant_opens_at, hours_in_words, span_of
from .validity import Validity, validity_of

# Why a device did not take somebody (docs/protocol.md), in words.
REASONS = {
    "schedule": _("it does not hold the schedule yet"),
    "relay": _("it has no such relay"),
    "zone": _("it does not know the time zone"),
    "full": _("it holds no more people"),
    "pin": _("it cannot take this PIN"),
    "refused": _("it gave no reason"),
}


@dataclass(frozen=True)
class Proof:
    """What a device proves of a right.

    `state` is a word of the look: in-sync, sent, pending, refused, scheduled; `at` its moment;
    `reason` why it refused; `offline` and `since` how the device is reached.
    """

    state: str
    at: datetime | None = None
    reason: str = ""
    offline: bool = False
    since: datetime | None = None

    @property
    def proven(self) -> bool:
        """Whether the device confirmed exactly what is wanted."""
        return self.state == "in-sync"


@dataclass(frozen=True)
class Why:
    """One reason why a person may open a door: a group, its hours, from when until when, and now."""

    group: str
    hours: str
    starts_at: datetime | None
    ends_at: datetime | None
    open_now: bool


@dataclass(frozen=True)
class DoorOfPerson:
    """A door a person may open: why, whether now, and what is proven. `pk` is a `GroupDoor` of the person."""

    pk: int
    relay: Relay
    why: tuple[Why, ...]
    proof: Proof

    @property
    def device(self) -> Device:
        """Where it hangs."""
        return self.relay.device

    @property
    def open_now(self) -> bool:
        """Whether a credential opens it at this moment."""
        return any(reason.open_now for reason in self.why)

    @property
    def by_app(self) -> bool:
        """Whether it may be opened from the home page of the app (access methods of the relay)."""
        return Method.HOME in self.relay.methods

    @property
    def hours(self) -> str:
        """Its hours in words; who may come always needs no other."""
        found = dict.fromkeys(reason.hours for reason in self.why)
        return str(ALWAYS) if str(ALWAYS) in found else " · ".join(found)


@dataclass(frozen=True)
class Leaving:
    """A device that must still forget a person."""

    name: str
    proof: Proof


@dataclass(frozen=True)
class AccessOfPerson:
    """All doors of a person, the devices that still must forget the person, and from when until when."""

    doors: tuple[DoorOfPerson, ...]
    leaving: tuple[Leaving, ...]
    validity: Validity

    @property
    def due(self) -> list[DoorOfPerson]:
        """The doors that are to know by now: all but those that are told later, when the time comes near."""
        return [door for door in self.doors if door.proof.state != "scheduled"]

    @property
    def proven(self) -> int:
        """How many doors confirmed what is wanted."""
        return sum(door.proof.proven for door in self.due)

    @property
    def sentence(self) -> str:
        """ "On 3 of 4 doors." or what there is to say instead."""
        total = len(self.due)
        if not total:
            return str(_("Opens no door yet.") if self.doors else _("Opens no door."))
        if self.proven == total:
            return ngettext("The one door knows.", "All {n} doors know.", total).format(n=total)
        return _("On {proven} of {total} doors.").format(proven=self.proven, total=total)

    @property
    def late(self) -> list[DoorOfPerson]:
        """The doors that do not know yet, or refused."""
        return [door for door in self.due if not door.proof.proven]


def proof_of(right: AccessRight | None, device: Device) -> Proof:
    """What the device proves of a right; None is one that is not written yet."""
    return proof_from(right, device.now)


def proof_from(right: AccessRight | None, reach: DeviceState) -> Proof:
    """What is proven of a right, by how the device is reached."""
    offline = not reach.online
    if right is None:
        return Proof("pending", offline=offline, since=reach.since)
    if right.held == right.want:
        return Proof("in-sync", right.held_at, offline=offline, since=reach.since)
    if right.refused:
        return Proof(
            "refused", right.sent_at, REASONS.get(right.refused, right.refused), offline, reach.since
        )
    sent = right.sent_at is not None and not offline
    return Proof("sent" if sent else "pending", right.sent_at, "", offline, reach.since)


def access_of(person: Residency, at: datetime | None = None) -> AccessOfPerson:
    """What a resident opens and what is proven. Five queries, however many doors there are.

    Nothing once the lease has ended; what it will open later is there before it begins, but not open.
    """
    at = at or now()
    subject = Subject.objects.select_related("site").filter(residency=person).first()
    if subject is None:
        return AccessOfPerson((), (), validity_of(person, at))
    validity = Validity(subject.valid_from, subject.valid_until, subject.site.time_zone, at)
    found = [] if validity.ended or validity.never else _found(subject, at)
    rights = _rights(subject, {relay.device_id for _pk, relay, _why in found})
    doors = tuple(
        DoorOfPerson(
            pk, relay, tuple(why),
            _proof_at(relay.device, rights.get((relay.device_id, relay.device.place)), why, at),
        )
        for pk, relay, why in found
    )  # fmt: skip
    return AccessOfPerson(doors, _leaving(rights), validity)


def _rights(subject: Subject, device_ids: set[int]) -> dict[tuple[int, int], AccessRight]:
    """By (device, place): those on these devices, and those that a device still must forget."""
    leaving = Q(gone=True) & (Q(held=None) | ~Q(held=F("want")))
    rows = AccessRight.objects.filter(Q(device__in=device_ids) | leaving, subject=subject.pk)
    return {(right.device_id, right.place): right for right in rows.select_related("device__now")}


def _found(subject: Subject, at: datetime) -> list[tuple[int, Relay, list[Why]]]:
    """Each door that grants open, with the key of one `GroupDoor` of it and all the reasons."""
    site = subject.site
    grants = {grant.group_id: grant for grant in live_grants(subject.pk, at)}
    rows = GroupDoor.objects.filter(group__in=grants, relay__enabled=True, relay__device__site=site)
    if site.access_control == Site.AccessControl.PUBLIC:
        rows = rows.filter(relay__device__unit=None)
    found: dict[int, tuple[int, Relay, list[Why]]] = {}
    for row in rows.select_related("relay__device__now").order_by(
        "relay__device__name", "relay__number", "pk"
    ):
        why = _why(grants[row.group_id], site, at)
        found.setdefault(row.relay_id, (row.pk, row.relay, []))[2].append(why)
    return list(found.values())


def _proof_at(device: Device, right: AccessRight | None, why: Sequence[Why], at: datetime) -> Proof:
    """What a door proves; one that need not know yet is told some days ahead."""
    near = at + timedelta(days=DAYS_AHEAD)
    if (right is None or right.gone) and all(each.starts_at and each.starts_at > near for each in why):
        return Proof("scheduled", min(each.starts_at for each in why if each.starts_at))
    return proof_of(right, device)


def _why(grant: Grant, site: Site, at: datetime) -> Why:
    return Why(
        grant.group.name,
        hours_in_words(grant.group, site.time_zone),
        *span_of(grant),
        grant_opens_at(grant, site.time_zone, at),
    )


def _leaving(rights: dict[tuple[int, int], AccessRight]) -> tuple[Leaving, ...]:
    owed = [right for right in rights.values() if right.gone and right.held != right.want]
    return tuple(Leaving(right.device.name, proof_of(right, right.device)) for right in owed)


def live_grants(subject_id: int, at: datetime) -> Sequence[Grant]:
    """The grants of a subject that have not ended, with their groups."""
    rows = Grant.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), subject=subject_id)
    return list(rows.select_related("group", "subject").order_by("group__name", "pk"))


def may_open_now(*, user_id: int, relay: Relay, at: datetime | None = None) -> Subject | None:
    """The subject under which a resident may open this door at `at` (now) by the app; None: nobody.

    Judges account, grants, leases, hours, the site's access control and the relay's methods itself: a
    right, held or not, is not looked at.
    """
    at = at or now()
    door = Relay.objects.filter(pk=relay.pk, enabled=True, device__site__isnull=False)
    fresh = door.select_related("device__site").first()
    if fresh is None or Method.HOME not in fresh.methods:
        return None
    device, site = fresh.device, fresh.device.site
    if site is None or (site.access_control == Site.AccessControl.PUBLIC and device.unit_id is not None):
        return None
    grants = Grant.objects.filter(
        subject__residency__user=user_id, group__relays=fresh, site=site, subject__site=F("site"),
        subject__residency__account_state=Residency.AccountState.NORMAL,
    )  # fmt: skip
    for grant in grants.select_related("group", "subject").order_by("pk"):
        if grant_opens_at(grant, site.time_zone, at):
            return grant.subject
    return None


def groups_of(person: Residency) -> list[int]:
    """The ids of the groups a resident is in."""
    return list(Grant.objects.filter(subject__residency=person).values_list("group_id", flat=True))


def access_version(person: Residency, user_id: int | None = None) -> str:
    """A text that changes with a person's rights and lease, each answer, their devices, and the minute.

    One query. With `user_id` also with the presses of that login.
    """
    text = """
        SELECT s.valid_from, s.valid_until, count(x.id), max(x.want), max(x.held_at), max(x.sent_at),
               count(*) FILTER (WHERE x.refused <> ''),
               max(n.since), count(*) FILTER (WHERE n.online), date_trunc('minute', now()),
               (SELECT string_agg(c.id || c.state, ',' ORDER BY c.id) FROM devices_command c
                WHERE c.ordered_by_id = %s AND c.created_at > now() - interval '2 minutes')
        FROM access_subject s LEFT JOIN access_accessright x ON x.subject = s.id
        LEFT JOIN devices_devicestate n ON n.device_id = x.device_id
        WHERE s.residency_id = %s GROUP BY s.id"""
    return str(fetch(text, [user_id, person.pk]))
