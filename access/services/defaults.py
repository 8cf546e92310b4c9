"""The group that comes with each building: its people, and the doors they all need.

Its doors follow the devices: the doors of the building itself and those of the public area that
serve it. The group of a house holds every door of the house.
"""

from collections.abc import Sequence

from django.conf import settings

from access.models import AccessGroup
from access.statements import run
from devices.queries import door_kinds
from sites.models import Building, Site
from smartplus.kernel.words import _, pgettext, speaking

from . import numbers

NAME_OF_HOUSE = pgettext("the access group of a house", "Home")
_NAME = _("{building} residents")
LONGEST = 64

_SERVES = """
    d.site_id = a.site_id AND d.kind = ANY(%(kinds)s) AND (a.default_of_house OR (d.unit_id IS NULL AND (
        d.building_id = a.default_for_id OR (d.building_id IS NULL AND (d.serves_all OR EXISTS (
            SELECT 1 FROM devices_device_serves v
            WHERE v.device_id = d.id AND v.building_id = a.default_for_id))))))
"""
_DEFAULTS = "a.site_id = %(site)s AND (a.default_of_house OR a.default_for_id IS NOT NULL)"

_TAKE_OUT = f"""
DELETE FROM access_groupdoor ar USING access_accessgroup a, devices_relay r, devices_device d
WHERE a.id = ar.group_id AND r.id = ar.relay_id AND d.id = r.device_id
  AND {_DEFAULTS} AND ({_SERVES}) IS NOT TRUE {{narrow}}
"""
_PUT_IN = f"""
INSERT INTO access_groupdoor (group_id, relay_id)
SELECT a.id, r.id FROM access_accessgroup a, devices_relay r, devices_device d
WHERE d.id = r.device_id AND {_DEFAULTS} AND {_SERVES} {{narrow}}
ON CONFLICT DO NOTHING
"""

_GRANT = """
INSERT INTO access_grant (site_id, subject_id, group_id, created_at)
SELECT a.site_id, s.id, a.id, now() FROM access_subject s
JOIN access_accessgroup a ON a.site_id = s.site_id
    AND (a.default_for_id = s.building OR (s.building IS NULL AND a.default_of_house))
WHERE s.id = ANY(%s::bigint[])
ON CONFLICT (subject_id, group_id) DO NOTHING
"""
_UNGRANT = """
DELETE FROM access_grant g USING access_accessgroup a, access_subject s
WHERE g.subject_id = s.id AND s.id = ANY(%s::bigint[]) AND a.id = g.group_id
  AND a.default_for_id IS NOT NULL AND a.default_for_id IS DISTINCT FROM s.building
"""


def ensure_defaults(site_id: int) -> list[AccessGroup]:
    """Make the default groups a site lacks; `follow_doors` puts their doors in. Returns the new ones."""
    buildings = Building.objects.filter(site=site_id, default_group__isnull=True).order_by("pk")
    missing: list[tuple[str, Building | None]] = [(building.name, building) for building in buildings]
    if Site.objects.filter(pk=site_id, kind=Site.Kind.HOUSE).exists():
        houses = AccessGroup.objects.filter(site=site_id, default_of_house=True)
        missing += [] if houses.exists() else [(str(NAME_OF_HOUSE), None)]
    if not missing:
        return []
    taken = _taken(site_id)
    groups = []
    for (name, building), number in zip(missing, numbers.draw(len(missing)), strict=True):
        groups.append(
            AccessGroup(
                site_id=site_id,
                name=_free_name(_NAME.format(building=name) if building else name, taken),
                default_for=building,
                default_of_house=building is None,
                schedule=number,
            )
        )
    return AccessGroup.objects.bulk_create(groups)


def rename_default(building_id: int, before: str, after: str) -> None:
    """Name the default group after the building's new name if it was named after the old one."""
    group = AccessGroup.objects.filter(default_for=building_id).first()
    if group is not None and group.name.startswith(_names_after(before)):
        group.name = _free_name(_NAME.format(building=after), _taken(group.site_id))
        group.save(update_fields=["name"])


def _names_after(building: str) -> tuple[str, ...]:
    """What a group named after that building may be called: by who made it, in one of the languages."""
    found = []
    for language in settings.PAGE_LANGUAGES:
        with speaking(language):
            found.append(_NAME.format(building=building)[:LONGEST])
    return tuple(found)


def _taken(site_id: int) -> set[str]:
    return {name.lower() for name in AccessGroup.objects.filter(site=site_id).values_list("name", flat=True)}


def follow_doors(site_id: int, device_ids: Sequence[int] | None = None) -> None:
    """Put the doors of these devices (None: of all) into the default groups they serve, out of others."""
    values = {"site": site_id, "kinds": list(door_kinds()), "devices": list(device_ids or ())}
    narrow = "" if device_ids is None else "AND d.id = ANY(%(devices)s::bigint[])"
    run(_TAKE_OUT.format(narrow=narrow), values)
    run(_PUT_IN.format(narrow=narrow), values)


def grant_defaults(subjects: Sequence[int]) -> None:
    """Everybody gets what comes with the building (or the house)."""
    run(_GRANT, [list(subjects)])


def move_defaults(subjects: Sequence[int]) -> None:
    """Who moved house leaves the default groups of other buildings and joins that of the new one."""
    run(_UNGRANT, [list(subjects)])
    run(_GRANT, [list(subjects)])


def _free_name(name: str, taken: set[str]) -> str:
    """`name` cut to the column, with a number behind it where the site has one of that name."""
    found, count = name[:LONGEST], 1
    while found.lower() in taken:
        count += 1
        end = f" {count}"
        found = name[: LONGEST - len(end)] + end
    taken.add(found.lower())
    return found
