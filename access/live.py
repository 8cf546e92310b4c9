"""What counts as an opening right now, as SQL: the one text behind rights, items and explorer.

A grant opens the enabled relays of its group, on devices that hang at the group's site, unless it
has ended or starts more than a week from now. Where the installer keeps a site to its public
area, doors of apartments are left out.

Aliases: g grant, a group, ar group and relay, r relay, d device, t site.
"""

DAYS_AHEAD = 7


def _living(alias: str) -> str:
    return (
        f"({alias}.starts_at IS NULL OR {alias}.starts_at <= now() + interval '{DAYS_AHEAD} days')"
        f" AND ({alias}.ends_at IS NULL OR {alias}.ends_at > now())"
    )


LIVE_GRANT = _living("g")
LIVE_GROUP = _living("a")

_DOORS_OF_GROUP = """
    JOIN access_groupdoor ar ON ar.group_id = a.id
    JOIN devices_relay r ON r.id = ar.relay_id AND r.enabled
    JOIN devices_device d ON d.id = r.device_id AND d.site_id = a.site_id
    JOIN sites_site t ON t.id = a.site_id AND (t.access_control = 'all' OR d.unit_id IS NULL)
"""
DOORS = "access_accessgroup a" + _DOORS_OF_GROUP
OPENINGS = "access_grant g JOIN access_accessgroup a ON a.id = g.group_id" + _DOORS_OF_GROUP

# The number under which a device knows the schedule; 0 = always.
SCHEDULE = "CASE WHEN a.repeat = 'always' THEN 0 ELSE a.schedule END"

# A right (alias x) the device has not confirmed; written as in the partial index, so that it is used.
OWED = "(x.held IS NULL OR NOT (x.held = x.want AND x.held IS NOT NULL))"
