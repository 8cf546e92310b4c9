"""Access groups: which doors, and when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction

from access.models import AccessGroup, Grant, GroupDoor
from accounts import audit
from devices.models import Relay
from devices.queries import door_kinds
from sites.models import Site
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from . import numbers, rights
from .locks import access_lock

FIELDS = ("name", "repeat", "days", "start_time", "end_time", "starts_at", "ends_at")
HOURS = ("days", "start_time", "end_time")
Repeat = AccessGroup.Repeat


@dataclass(frozen=True)
class GroupTo:
    """What a group is to be. `days`: 0 = Monday, for weekly; hours local to the site, for daily and
    weekly (an end not after the start is the next morning); the span is for never; `relays` are ids."""

    name: str
    repeat: str = Repeat.ALWAYS
    days: tuple[int, ...] = ()
    start_time: time | None = None
    end_time: time | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    relays: tuple[int, ...] = ()


@transaction.atomic
def create_group(*, scope: Scope, site: Site, to: GroupTo) -> AccessGroup:
    """A new group without people. Raises `Refused` for a name in use, half a schedule, a foreign door."""
    access_lock([site.pk])
    values = _checked(site, to, None)
    group = AccessGroup.objects.create(site=site, schedule=numbers.draw(1)[0], **values)
    group.relays.set(_doors(site, to.relays))
    audit.record(scope, "group.create", group, after=values | {"doors": _names(group)}, site_id=site.pk)
    return group


@transaction.atomic
def change_group(*, scope: Scope, group: AccessGroup, to: GroupTo) -> AccessGroup:
    """Change name, schedule and doors; every door concerned is told.

    The doors of a default group follow its devices: `to.relays` is not looked at.
    Raises `Refused` as `create_group` does.
    """
    access_lock([group.site_id])
    group = AccessGroup.objects.select_related("site").get(pk=group.pk)
    before, doors_before = audit.snapshot(group, FIELDS), _names(group)
    values = _checked(group.site, to, group)
    for name, value in values.items():
        setattr(group, name, value)
    group.save()
    devices = [] if group.is_default else _move_doors(group, _doors(group.site, to.relays))
    audit.record(
        scope,
        "group.change",
        group,
        before=before | {"doors": doors_before},
        after=values | {"doors": _names(group)},
        site_id=group.site_id,
    )
    _tell(group, before, devices)
    return group


@transaction.atomic
def delete_groups(*, scope: Scope, groups: Sequence[AccessGroup]) -> None:
    """Delete groups of one site with their grants. Raises `Refused` for a default group."""
    site_ids = {group.site_id for group in groups}
    access_lock(site_ids)
    if default := next((group for group in groups if group.is_default), None):
        raise Refused(
            _("{name} came with its building and stays as long as it does.").format(name=default.name),
            code="default",
        )
    for site_id in sorted(site_ids):
        mine = [group for group in groups if group.site_id == site_id]
        audit.record_many(
            scope,
            "group.delete",
            [(group, {"name": group.name, "doors": _names(group)}, None) for group in mine],
            site_id=site_id,
        )
        _drop(site_id, [group.pk for group in mine])


def drop_defaults(site_id: int, building_ids: Iterable[int]) -> None:
    """The default groups of buildings that are deleted. The caller holds the site's lock."""
    groups = AccessGroup.objects.filter(site=site_id, default_for__in=list(building_ids))
    _drop(site_id, list(groups.values_list("pk", flat=True)))


def drop_devices(site_id: int, device_ids: Iterable[int]) -> None:
    """Take these devices' doors out of a site's groups. The caller holds the lock and calls `follow`."""
    GroupDoor.objects.filter(group__site=site_id, relay__device__in=list(device_ids)).delete()


def schedules_of(site_id: int) -> list[int]:
    """The numbers of the schedules of a site."""
    groups = AccessGroup.objects.filter(site=site_id).exclude(repeat=Repeat.ALWAYS)
    return list(groups.values_list("schedule", flat=True))


def _drop(site_id: int, group_ids: list[int]) -> None:
    people = list(Grant.objects.filter(group__in=group_ids).values_list("subject_id", flat=True).distinct())
    AccessGroup.objects.filter(pk__in=group_ids).delete()
    rights.follow(site_id, subjects=people)


def _move_doors(group: AccessGroup, relays: list[Relay]) -> list[int]:
    """Replace the doors of a group; returns the devices at which something changed."""
    before = dict(group.relays.values_list("pk", "device_id"))
    after = {relay.pk: relay.device_id for relay in relays}
    group.relays.set(relays)
    changed = before.keys() ^ after.keys()
    return sorted({(before | after)[pk] for pk in changed})


def _tell(group: AccessGroup, before: dict[str, object], devices: list[int]) -> None:
    timing = {name for name in ("repeat", "starts_at", "ends_at") if before[name] != getattr(group, name)}
    if timing:
        rights.follow(group.site_id, groups=[group.pk])
    elif devices:
        rights.follow(group.site_id, groups=[group.pk], devices=devices)
    hours = any(before[name] != getattr(group, name) for name in HOURS)
    if group.repeat != Repeat.ALWAYS and (timing or hours):
        rights.touch(group.site_id, [group.schedule])


def _names(group: AccessGroup) -> list[str]:
    relays = group.relays.select_related("device").order_by("device__name", "number")
    return [door_name(relay) for relay in relays]


def door_name(relay: Relay) -> str:
    """How a door is called: by its relay, and by its device where that has another name."""
    return relay.name if relay.name == relay.device.name else f"{relay.name}, {relay.device.name}"


def _doors(site: Site, relay_ids: Sequence[int]) -> list[Relay]:
    relays = list(Relay.objects.filter(pk__in=relay_ids, device__site=site, device__kind__in=door_kinds()))
    if len(relays) != len(set(relay_ids)):
        raise Refused(_("One of these doors is not of this site."), field="relays", code="foreign-door")
    return relays


def _checked(site: Site, to: GroupTo, group: AccessGroup | None) -> dict[str, object]:
    """The fields of the group, without what its kind of schedule does not use. Raises `Refused`."""
    name = to.name.strip()
    if not name or len(name) > 64:
        raise Refused(_("A name has 1 to 64 characters."), field="name", code="name")
    others = AccessGroup.objects.filter(site=site, name__iexact=name)
    if others.exclude(pk=group.pk if group else 0).exists():
        raise Refused(
            _("This site has a group “{name}” already.").format(name=name), field="name", code="name-taken"
        )
    if to.repeat not in Repeat.values:
        raise Refused(_("Choose how it repeats."), field="repeat", code="repeat")
    empty: dict[str, object] = {
        "days": [],
        "start_time": None,
        "end_time": None,
        "starts_at": None,
        "ends_at": None,
    }
    return {"name": name, "repeat": to.repeat, **empty, **_schedule(to)}


def _schedule(to: GroupTo) -> dict[str, object]:
    if to.repeat == Repeat.NEVER:
        if to.starts_at is None or to.ends_at is None:
            raise Refused(_("Say from when until when."), field="starts_at", code="no-span")
        if to.ends_at <= to.starts_at:
            raise Refused(_("The end lies before the beginning."), field="ends_at", code="span")
        return {"starts_at": to.starts_at, "ends_at": to.ends_at}
    if to.repeat == Repeat.ALWAYS:
        return {}
    if to.start_time is None or to.end_time is None:
        raise Refused(_("Say from what time until what time."), field="start_time", code="no-hours")
    hours: dict[str, object] = {
        "start_time": to.start_time.replace(second=0, microsecond=0),
        "end_time": to.end_time.replace(second=0, microsecond=0),
    }
    if to.repeat == Repeat.WEEKLY:
        days = sorted(set(to.days))
        if not days or not set(days) <= set(range(7)):
            raise Refused(_("Choose at least one day."), field="days", code="no-days")
        hours["days"] = days
    return hours
