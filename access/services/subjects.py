"""The people doors know, as doors know them: a number, a name, an apartment."""

from collections.abc import Sequence

from access.statements import fetch, run

_MADE = """
INSERT INTO access_subject (id, site_id, kind, residency_id, name, place_label, apartment, building, changed)
SELECT nextval('access_number'), p.site_id, 'resident', p.id, btrim(p.first_name || ' ' || p.last_name),
       p.place_label, coalesce(u.number, ''), p.building_id, 0
FROM sites_residency p LEFT JOIN sites_unit u ON u.id = p.unit_id
WHERE p.id = ANY(%s::bigint[]) ORDER BY p.id
ON CONFLICT (residency_id) DO NOTHING
"""

_RENAMED = """
WITH is_now AS (
    SELECT s.id, btrim(p.first_name || ' ' || p.last_name) AS name, p.place_label,
           coalesce(u.number, '') AS apartment, p.building_id,
           s.name AS old_name, s.apartment AS old_apartment, s.building AS old_building
    FROM access_subject s
    JOIN sites_residency p ON p.id = s.residency_id
    LEFT JOIN sites_unit u ON u.id = p.unit_id
    WHERE s.site_id = %s AND {whom}
), written AS (
    UPDATE access_subject s
    SET name = n.name, place_label = n.place_label, apartment = n.apartment, building = n.building_id
    FROM is_now n
    WHERE s.id = n.id AND (s.name, s.place_label, s.apartment, s.building)
          IS DISTINCT FROM (n.name, n.place_label, n.apartment, n.building_id)
    RETURNING s.id, (n.name, n.apartment) IS DISTINCT FROM (n.old_name, n.old_apartment) AS told,
              n.building_id IS DISTINCT FROM n.old_building AS moved
)
SELECT id, told, moved FROM written
"""


def add_subjects(residency_ids: Sequence[int]) -> None:
    """Give residents who have none their number. One statement."""
    run(_MADE, [list(residency_ids)])


def numbers_of(residency_ids: Sequence[int]) -> dict[int, int]:
    """Residency to subject number."""
    text = "SELECT residency_id, id FROM access_subject WHERE residency_id = ANY(%s::bigint[])"
    return dict(fetch(text, [list(residency_ids)]))


def follow_people(site_id: int, residency_ids: Sequence[int]) -> tuple[list[int], list[int]]:
    """Bring names and places up to date: (subjects doors must be told of, subjects who moved house)."""
    return _renamed(site_id, "s.residency_id = ANY(%s::bigint[])", residency_ids)


def follow_units(site_id: int, unit_ids: Sequence[int]) -> tuple[list[int], list[int]]:
    """The same for everybody of these units."""
    return _renamed(site_id, "p.unit_id = ANY(%s::bigint[])", unit_ids)


def follow_buildings(site_id: int, building_ids: Sequence[int]) -> tuple[list[int], list[int]]:
    """The same for everybody of these buildings (departments)."""
    return _renamed(site_id, "p.building_id = ANY(%s::bigint[])", building_ids)


def _renamed(site_id: int, whom: str, ids: Sequence[int]) -> tuple[list[int], list[int]]:
    if not ids:
        return [], []
    rows = fetch(_RENAMED.format(whom=whom), [site_id, list(ids)])
    return [row[0] for row in rows if row[1]], [row[0] for row in rows if row[2]]
