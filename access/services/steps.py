"""The four statements that make rights match grants. Each is right for any subset, and again.

What is desired: (device, place, subject) of the live openings, with a `shape` that changes
whenever the openings do. What stands: rights that are not gone. Only differences are written, so
running a step twice changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from access.live import DOORS, GRANTS, LIVE_GRANT, LIVE_GROUP, OPENINGS, SCHEDULE, SINCE, UNTIL
from access.statements import fetch_one
from access.statements import run as execute


@dataclass(frozen=True)
class Span:
    """Which rights are meant: those of a site, narrowed to subjects and to devices (None: all of them)."""

    site_id: int
    subjects: Sequence[int] | None = None
    devices: Sequence[int] | None = None

    @property
    def values(self) -> dict[str, object]:
        """The parameters of the statements."""
        return {
            "site": self.site_id,
            "subjects": None if self.subjects is None else list(self.subjects),
            "devices": None if self.devices is None else list(self.devices),
        }

    def where(self, subject: str, device: str) -> str:
        """Further conditions, for the columns of that name; empty for a whole site."""
        text = ""
        if self.subjects is not None and subject:
            text += f" AND {subject} = ANY(%(subjects)s::bigint[])"
        if self.devices is not None:
            text += f" AND {device} = ANY(%(devices)s::bigint[])"
        return text


def _people(span: Span) -> str:
    """Desired rights of people; the same opening by two groups is one."""
    opening = f"""concat_ws(':', {SCHEDULE}, r.number, coalesce(extract(epoch FROM {SINCE})::text, '-'),
            coalesce(extract(epoch FROM {UNTIL})::text, '-'))"""
    return f"""
        SELECT d.id AS device_id, d.place, g.subject_id AS subject,
            hashtextextended(string_agg(DISTINCT {opening}, ',' ORDER BY {opening}), 0) AS shape
        FROM {OPENINGS}
        WHERE g.site_id = %(site)s AND {LIVE_GRANT} AND {LIVE_GROUP}{span.where("g.subject_id", "d.id")}
        GROUP BY d.id, d.place, g.subject_id"""


def _schedules(span: Span) -> str:
    """Desired rights of schedules: where a door of the group stands and somebody comes through it."""
    return f"""
        SELECT DISTINCT d.id AS device_id, d.place, a.schedule AS subject, 0 AS shape
        FROM {DOORS}
        WHERE a.site_id = %(site)s AND a.repeat <> 'always' AND {LIVE_GROUP}{span.where("", "d.id")}
          AND EXISTS (SELECT 1 FROM {GRANTS} WHERE g.group_id = a.id AND {LIVE_GRANT})"""


# Rights of an earlier place are owed to a device that hangs elsewhere now: nobody is woken for them.
_REMOVE = """
WITH lost AS (
    SELECT x.id, d.site_id IS NOT DISTINCT FROM x.site_id AS here
    FROM access_accessright x
    JOIN devices_device d ON d.id = x.device_id
    LEFT JOIN ({desired}) q ON q.device_id = x.device_id AND q.place = x.place AND q.subject = x.subject
    WHERE x.site_id = %(site)s AND x.kind = '{kind}' AND NOT x.gone AND q.subject IS NULL{narrow}
), written AS (
    UPDATE access_accessright r
    SET gone = true, want = nextval('access_number'), urgent = %(urgent)s, refused = '', shape = 0
    FROM lost WHERE r.id = lost.id
    RETURNING CASE WHEN lost.here THEN r.device_id END AS device_id
)
SELECT coalesce(array_agg(DISTINCT device_id) FILTER (WHERE device_id IS NOT NULL), '{{}}') FROM written
"""

_GIVE = """
WITH written AS (
    INSERT INTO access_accessright AS r
        (site_id, device_id, place, kind, subject, want, gone, urgent, refused, shape)
    SELECT %(site)s, q.device_id, q.place, '{kind}', q.subject, nextval('access_number'), false,
        %(urgent)s, '', q.shape
    FROM ({desired}) q
    LEFT JOIN access_accessright x
        ON x.device_id = q.device_id AND x.place = q.place AND x.subject = q.subject
    {stale_join}
    WHERE x.id IS NULL OR x.gone OR x.shape <> q.shape {stale}
    ON CONFLICT (device_id, place, subject) DO UPDATE
    SET want = EXCLUDED.want, gone = false, site_id = EXCLUDED.site_id, refused = '', shape = EXCLUDED.shape,
        urgent = EXCLUDED.urgent OR (r.urgent AND NOT r.gone AND r.held IS DISTINCT FROM r.want)
    RETURNING r.device_id
)
SELECT coalesce(array_agg(DISTINCT device_id), '{{}}') FROM written
"""

_TOUCH = """
WITH written AS (
    UPDATE access_accessright r
    SET want = nextval('access_number'), refused = '',
        urgent = %(urgent)s OR (urgent AND held IS DISTINCT FROM want)
    WHERE r.subject = ANY(%(subjects)s::bigint[]) AND NOT r.gone
    RETURNING r.device_id
)
SELECT coalesce(array_agg(DISTINCT device_id), '{}') FROM written
"""

# A device that was taken out cannot be told: it proves an empty memory before it hears of its next place.
_LEFT = """
UPDATE access_accessright r
SET gone = true, want = nextval('access_number'), urgent = false, refused = '', shape = 0
FROM devices_device d
WHERE d.id = r.device_id AND r.device_id = ANY(%(devices)s::bigint[]) AND r.site_id = %(site)s AND NOT r.gone
  AND (d.site_id IS DISTINCT FROM r.site_id OR r.place < d.place)
"""

# Doors of each group times its people: joined row by row, a fresh site of which the planner knows nothing yet
# took it through every pair of a door and a grant.
_WORK = """
WITH doors AS MATERIALIZED (
    SELECT ar.group_id, count(*) AS doors
    FROM {doors} WHERE a.site_id = %(site)s{narrow_doors} GROUP BY ar.group_id
)
SELECT greatest(
    (SELECT coalesce(sum(doors * people), 0) FROM doors JOIN {people}),
    (SELECT count(*) FROM (SELECT 1 FROM access_accessright x
        WHERE x.site_id = %(site)s AND x.kind = 'person' AND NOT x.gone{narrow_rights} LIMIT %(most)s) b))
"""

_PEOPLE_NAMED = """(
        SELECT group_id, count(*) AS people FROM access_grant
        WHERE subject_id = ANY(%(subjects)s::bigint[]) GROUP BY group_id
    ) named USING (group_id)"""

_PEOPLE_OF_GROUP = """LATERAL (
        SELECT count(*) AS people
        FROM (SELECT 1 FROM access_grant g WHERE g.group_id = doors.group_id LIMIT %(most)s) of_group
    ) counted ON true"""


def remove_people(span: Span, *, urgent: bool = False) -> list[int]:
    """Rights nobody is granted any more become removals. Returns the devices to be told."""
    narrow = span.where("x.subject", "x.device_id")
    return _run(_REMOVE.format(kind="person", desired=_people(span), narrow=narrow), span, urgent)


def give_schedules(span: Span) -> list[int]:
    """Schedules stand where they are needed. Returns the devices to be told."""
    text = _GIVE.format(kind="schedule", desired=_schedules(span), stale_join="", stale="")
    return _run(text, span, False)


def give_people(span: Span, *, urgent: bool = False) -> list[int]:
    """Every live opening has its right, renewed where it differs. Returns the devices to be told."""
    text = _GIVE.format(
        kind="person",
        desired=_people(span),
        stale_join="JOIN access_subject s ON s.id = q.subject",
        stale="OR x.want < s.changed",
    )
    return _run(text, span, urgent)


def remove_schedules(span: Span) -> list[int]:
    """Schedules nobody comes through any more become removals. Returns the devices to be told."""
    narrow = span.where("", "x.device_id")
    return _run(_REMOVE.format(kind="schedule", desired=_schedules(span), narrow=narrow), span, False)


def renew(subjects: Sequence[int], *, urgent: bool = False) -> list[int]:
    """What devices know of these subjects counts as old. One statement. Returns the devices to be told."""
    return list(fetch_one(_TOUCH, {"subjects": list(subjects), "urgent": urgent}))


def remove_places(site_id: int, device_ids: Sequence[int]) -> None:
    """What devices taken out of a site still hold is owed as removals. One statement; nobody is woken."""
    execute(_LEFT, {"site": site_id, "devices": list(device_ids)})


def work(span: Span, most: int) -> int:
    """About how many rights are meant: openings or standing rights, whichever is more; exact up to `most`."""
    text = _WORK.format(
        doors=DOORS,
        narrow_doors=span.where("", "d.id"),
        people=_PEOPLE_OF_GROUP if span.subjects is None else _PEOPLE_NAMED,
        narrow_rights=span.where("x.subject", "x.device_id"),
    )
    return int(fetch_one(text, span.values | {"most": most}))


def _run(text: str, span: Span, urgent: bool) -> list[int]:
    return list(fetch_one(text, span.values | {"urgent": urgent}))
