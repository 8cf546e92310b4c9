"""What follows in access from news of the apps below; wired in `smartplus/wiring.py`.

Each runs in the transaction of the change and takes the site's lock before it reads.
"""

from access.models import Grant
from devices.events import DevicesAdded, DevicesMoved, DevicesRemoved, RelaysChanged
from sites.events import (
    BuildingRemoved,
    BuildingRenamed,
    BuildingsAdded,
    ResidentsAdded,
    ResidentsChanged,
    ResidentsRemoved,
    SiteChanged,
    UnitsChanged,
)

from . import credentials, defaults, groups, pin_modes, rights, steps, subjects
from .locks import access_lock


def buildings_added(news: BuildingsAdded) -> None:
    """Each building gets its default group, holding the doors that serve it already."""
    access_lock([news.site_id])
    defaults.ensure_defaults(news.site_id)
    defaults.follow_doors(news.site_id)


def building_renamed(news: BuildingRenamed) -> None:
    """The default group follows, as long as nobody has given it a name of its own."""
    access_lock([news.site_id])
    defaults.rename_default(news.building_id, news.before, news.after)


def building_removed(news: BuildingRemoved) -> None:
    """Its default group goes with it."""
    access_lock([news.site_id])
    groups.drop_defaults(news.site_id, [news.building_id])


def residents_added(news: ResidentsAdded) -> None:
    """Everybody gets a number, and the doors of the building."""
    access_lock([news.site_id])
    ids = news.residency_ids
    if defaults.ensure_defaults(news.site_id):
        defaults.follow_doors(news.site_id)
    subjects.add_subjects(ids)
    people = list(subjects.numbers_of(ids).values())
    defaults.grant_defaults(people)
    rights.follow(news.site_id, subjects=people, urgent=len(people) <= rights.FEW)


def residents_changed(news: ResidentsChanged) -> None:
    """Doors are told of new names, apartments and leases; who moved house changes the default group."""
    access_lock([news.site_id])
    _tell(news.site_id, subjects.follow_people(news.site_id, news.residency_ids))


def residents_removed(news: ResidentsRemoved) -> None:
    """Nothing issued to them opens anything any more; the number stays as the proof."""
    access_lock([news.site_id])
    people = list(subjects.numbers_of(news.residency_ids).values())
    credentials.drop_all(news.residency_ids)
    Grant.objects.filter(subject__in=people).delete()
    subjects.mark_left(people)
    rights.follow(news.site_id, subjects=people, urgent=len(people) <= rights.FEW)


def units_changed(news: UnitsChanged) -> None:
    """Doors are told of renamed apartments (typed in APT + PIN mode), and of the valid time of apartments."""
    access_lock([news.site_id])
    followed = subjects.follow_units(news.site_id, news.unit_ids)
    _tell(news.site_id, followed + subjects.follow_buildings(news.site_id, news.building_ids))


def site_changed(news: SiteChanged) -> None:
    """PIN mode, access control and time zone reach into access. Raises `Refused` when PINs would clash."""
    access_lock([news.site_id])
    if "pin_mode" in news.fields:
        pin_modes.follow_pin_mode(news.site_id)
    if "access_control" in news.fields:
        rights.follow(news.site_id)
    if "time_zone" in news.fields:
        rights.touch(news.site_id, groups.schedules_of(news.site_id))


def devices_added(news: DevicesAdded) -> None:
    """New doors join the default groups of the buildings they serve."""
    access_lock([news.site_id])
    defaults.ensure_defaults(news.site_id)
    _doors_changed(news.site_id, news.device_ids)


def devices_moved(news: DevicesMoved) -> None:
    """Doors serve other buildings."""
    access_lock([news.site_id])
    _doors_changed(news.site_id, news.device_ids)


def relays_changed(news: RelaysChanged) -> None:
    """Doors came, went or were switched."""
    access_lock([news.site_id])
    _doors_changed(news.site_id, news.device_ids)


def devices_removed(news: DevicesRemoved) -> None:
    """Their doors leave all groups; what they still know stays owed to this site until they are empty."""
    access_lock([news.site_id])
    groups.drop_devices(news.site_id, news.device_ids)
    steps.remove_places(news.site_id, news.device_ids)
    rights.follow(news.site_id, devices=news.device_ids)


def _doors_changed(site_id: int, device_ids: tuple[int, ...]) -> None:
    defaults.follow_doors(site_id, device_ids)
    rights.follow(site_id, devices=device_ids)


def _tell(site_id: int, who: subjects.Followed) -> None:
    if homes := {*who.moved, *who.told}:
        pin_modes.follow_homes(site_id, sorted(homes))
    if who.moved:
        defaults.move_defaults(who.moved)
    if others := {*who.moved, *who.spanned}:
        rights.follow(site_id, subjects=others, urgent=len(others) <= rights.FEW)
    rights.touch(site_id, who.told, urgent=len(who.told) <= rights.FEW)
