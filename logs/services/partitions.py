"""The door log's weeks: one partition each, made ahead, dropped when past."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import now

from logs.models import DoorLog

TABLE = "logs_doorlog"
DEFAULT = "logs_doorlog_other"
AHEAD = 3


def week_of(moment: datetime) -> datetime:
    """Monday 00:00 UTC of the week `moment` lies in."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def _name(week: datetime) -> str:
    return f"{TABLE}_{week:%Y%m%d}"


def _present() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = %s::regclass",
            [TABLE],
        )
        return {name for (name,) in cursor.fetchall()}


def keep_partitions() -> tuple[int, int]:
    """Make the weeks from LOG_DAYS ago to three ahead, drop what is older; returns (made, dropped).

    Rows of a bad clock lie in the default partition; the older ones there are deleted one by one.
    Safe to run at any time and twice.
    """
    moment = now()
    first = week_of(moment - timedelta(days=settings.LOG_DAYS))
    weeks = [first + timedelta(weeks=n) for n in range((week_of(moment) - first).days // 7 + AHEAD + 1)]
    present = _present()
    missing = [week for week in weeks if _name(week) not in present]
    past = sorted(
        name for name in present - {_name(week) for week in weeks} if name != DEFAULT and name < _name(first)
    )
    for week in missing:
        _make(week)
    with connection.cursor() as cursor:
        for name in past:
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)}")
        cursor.execute(f"DELETE FROM {DEFAULT} WHERE received_at < %s", [first])
    return len(missing), len(past)


@transaction.atomic
def _make(week: datetime) -> None:
    """Create the partition of one week and take over what the default partition holds of it."""
    name, end = _name(week), week + timedelta(weeks=1)
    fields = (field for field in DoorLog._meta.concrete_fields if not field.generated)
    written = ", ".join(str(field.column) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [TABLE])
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {name} (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING GENERATED)"
        )
        cursor.execute(
            f"WITH moved AS (DELETE FROM {DEFAULT} WHERE at >= %s AND at < %s RETURNING *)"
            f" INSERT INTO {name} ({written}) SELECT {written} FROM moved",
            [week, end],
        )
        cursor.execute(
            f"ALTER TABLE {TABLE} ATTACH PARTITION {name}"
            f" FOR VALUES FROM ('{week:%Y-%m-%d}+00') TO ('{end:%Y-%m-%d}+00')"
        )
