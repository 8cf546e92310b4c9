"""The people doors know, as doors know them: a number, a name, an apartment, and from when until when.

The span of a subject is the lease of the person together with the valid time of the apartment: the later
beginning, the earlier end. Where the two do not meet it ends before it begins, and opens nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from access.statements import fetch, run

# greatest and least leave NULLs out: of two open ends one that is given counts.
_SPAN = "greatest(p.valid_from, u.valid_from) {}, least(p.valid_until, u.valid_until) {}"

_MADE = f"""
INSERT INTO access_subject (
    id, site_id, kind, residency_id, name, place_label, apartment, building, changed, valid_from, valid_until
)
SELECT nextval('access_number'), p.site_id, 'resident', p.id, btrim(p.first_name || ' ' || p.last_name),
       p.place_label, coalesce(u.number, ''), p.building_id, 0, {_SPAN.format("", "")}
FROM sites_residency p LEFT JOIN sites_unit u ON u.id = p.unit_id
WHERE p.id = ANY(%s::bigint[]) ORDER BY p.id
ON CONFLICT (residency_id) DO NOTHING
"""

_SPAN_NOW = _SPAN.format("AS valid_from", "AS valid_until")
_RENAMED = f"""
WITH is_now AS (
    SELECT s.id, btrim(p.first_name || ' ' || p.last_name) AS name, p.place_label,
           coalesce(u.number, '') AS apartment, p.building_id, {_SPAN_NOW},
           s.name AS old_name, s.apartment AS old_apartment, s.building AS old_building,
           s.valid_from AS old_from, s.valid_until AS old_until
    FROM access_subject s
    JOIN sites_residency p ON p.id = s.residency_id
    LEFT JOIN sites_unit u ON u.id = p.unit_id
    WHERE s.site_id = %s AND {{whom}}
), written AS (
    UPDATE access_subject s
    SET name = n.name, place_label = n.place_label, apartment = n.apartment, building = n.building_id,
        valid_from = n.valid_from, valid_until = n.valid_until
    FROM is_now n
    WHERE s.id = n.id AND (s.name, s.place_label, s.apartment, s.building, s.valid_from, s.valid_until)
          IS DISTINCT FROM (n.name, n.place_label, n.apartment, n.building_id, n.valid_from, n.valid_until)
    RETURNING s.id, (n.name, n.apartment) IS DISTINCT FROM (n.old_name, n.old_apartment) AS told,
              n.building_id IS DISTINCT FROM n.old_building AS moved,
              (n.valid_from, n.valid_until) IS DISTINCT FROM (n.old_from, n.old_until) AS spanned
)
SELECT id, told, moved, spanned FROM written
"""


@dataclass
class Followed:
    """Subjects that changed: what doors are told of them (`told`), their house (`moved`), their span."""

    told: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    spanned: list[int] = field(default_factory=list)

    def __add__(self, other: "Followed") -> "Followed":
        """Both together."""
        return Followed(self.told + other.told, self.moved + other.moved, self.spanned + other.spanned)


def add_subjects(residency_ids: Sequence[int]) -> None:
    """Give residents who have none their number. One statement."""
    run(_MADE, [list(residency_ids)])


def mark_left(subjects: Sequence[int]) -> None:
    """The people behind these numbers are deleted now. One statement."""
    run("UPDATE access_subject SET left_at = now() WHERE id = ANY(%s::bigint[])", [list(subjects)])


def numbers_of(residency_ids: Sequence[int]) -> dict[int, int]:
    """Residency to subject number."""
    text = "SELECT residency_id, id FROM access_subject WHERE residency_id = ANY(%s::bigint[])"
    return dict(fetch(text, [list(residency_ids)]))


def follow_people(site_id: int, residency_ids: Sequence[int]) -> Followed:
    """Bring names, places and spans up to date."""
    return _renamed(site_id, "s.residency_id = ANY(%s::bigint[])", residency_ids)


def follow_units(site_id: int, unit_ids: Sequence[int]) -> Followed:
    """The same for everybody of these units."""
    return _renamed(site_id, "p.unit_id = ANY(%s::bigint[])", unit_ids)


def follow_buildings(site_id: int, building_ids: Sequence[int]) -> Followed:
    """The same for everybody of these buildings (departments)."""
    return _renamed(site_id, "p.building_id = ANY(%s::bigint[])", building_ids)


def _renamed(site_id: int, whom: str, ids: Sequence[int]) -> Followed:
    if not ids:
        return Followed()
    rows = fetch(_RENAMED.format(whom=whom), [site_id, list(ids)])
    told, moved, spanned = ([row[0] for row in rows if row[place]] for place in (1, 2, 3))
    return Followed(told, moved, spanned)
