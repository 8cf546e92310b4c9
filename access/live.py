"""What counts as an opening right now, as SQL: the one text behind rights, items and explorer.

A grant opens the enabled relays of its group, on devices that hang at the group's site, within its own
span and that of its subject (the lease and the apartment's valid time): from the later beginning to the
earlier end. It is left out when that has ended, starts more than a week from now, or is no time at all.
Where the installer keeps a site to its public area, doors of apartments are left out.

Aliases: g grant, s subject, a group, ar group and relay, r relay, d device, t site.
"""

DAYS_AHEAD = 7


# From when until when a grant opens; NULL is open (greatest and least leave NULLs out).
SINCE = "greatest(g.starts_at, s.valid_from)"
UNTIL = "least(g.ends_at, s.valid_until)"


def _living(since: str, until: str) -> str:
    return (
        f"({since} IS NULL OR {since} <= now() + interval '{DAYS_AHEAD} days')"
        f" AND ({until} IS NULL OR {until} > now())"
    )


LIVE_GRANT = f"{_living(SINCE, UNTIL)} AND coalesce({SINCE} < {UNTIL}, true)"
LIVE_GROUP = _living("a.starts_at", "a.ends_at")

_DOORS_OF_GROUP = """
    JOIN access_groupdoor ar ON ar.group_id = a.id
    JOIN devices_relay r ON r.id = ar.relay_id AND r.enabled
    JOIN devices_device d ON d.id = r.device_id AND d.site_id = a.site_id
    JOIN sites_site t ON t.id = a.site_id AND (t.access_control = 'all' OR d.unit_id IS NULL)
"""
DOORS = "access_accessgroup a" + _DOORS_OF_GROUP
GRANTS = "access_grant g JOIN access_subject s ON s.id = g.subject_id"
OPENINGS = f"{GRANTS} JOIN access_accessgroup a ON a.id = g.group_id{_DOORS_OF_GROUP}"

# The number under which a device knows the schedule; 0 = always.
SCHEDULE = "CASE WHEN a.repeat = 'always' THEN 0 ELSE a.schedule END"

# A right (alias x) the device has not confirmed; written as in the partial index, so that it is used.
OWED = "(x.held IS NULL OR NOT (x.held = x.want AND x.held IS NOT NULL))"
