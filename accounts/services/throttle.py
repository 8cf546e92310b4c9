"""Slows down guessing. An account grows slower, an address is blocked, nobody is locked out.

Each try is written down as a failure *before* the password is looked at, in one statement, and
taken back when it was right: tries at the same moment cannot overtake the counting. Names that
no account has are counted alike. Rows are found by a keyed digest, so the table tells nobody
who tried what.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Least, Now
from django.utils import timezone

from smartplus.kernel.secrets import keyed_index

from ..addresses import block_of
from ..models import LoginThrottle
from ..queries.people import tidy_name


@dataclass(frozen=True)
class Policy:
    """`delays[n]` seconds follow failure n + 1, the last one all later ones; after `window` it starts anew.

    `idle`: the window runs from the last failure (else from the first one counted).
    """

    kind: str
    purpose: str
    delays: tuple[int, ...]
    window: timedelta
    idle: bool


QUARTER = timedelta(minutes=15)
ACCOUNT = Policy("account", "login.account", (0, 0, 1, 2, 4, 8, 16, 32, 60), timedelta(hours=24), idle=True)
ADDRESS = Policy("address", "login.address", (*[0] * 29, 900), QUARTER, idle=False)
FACTOR = Policy("account", "login.factor", (*[0] * 9, *[60] * 10, 900), timedelta(hours=24), idle=True)
"""Wrong codes of one person, by id: only who knows the password can slow the owner down here."""
CODES = Policy("account", "login.codes", (*[0] * 9, 900), QUARTER, idle=False)
"""Codes mailed to one person."""
MAIL = Policy("address", "mail.address", (*[0] * 19, 900), QUARTER, idle=False)

_TAKE = """
INSERT INTO accounts_loginthrottle AS known (kind, key, failures, since, last_failure_at, next_try_at)
VALUES (%(kind)s, %(key)s, 1, %(now)s, %(now)s, %(from)s)
ON CONFLICT (kind, key) DO UPDATE SET (failures, since, last_failure_at, next_try_at) = (
    SELECT new.failures, new.since, %(now)s,
        CASE WHEN delay = 0 THEN known.next_try_at ELSE %(now)s + make_interval(secs => delay) END
    FROM (SELECT CASE WHEN stale THEN 1 ELSE known.failures + 1 END AS failures,
            CASE WHEN stale THEN %(now)s ELSE known.since END AS since
        FROM (SELECT CASE WHEN %(idle)s THEN known.last_failure_at ELSE known.since END <= %(from)s
            AS stale) AS old
    ) AS new, LATERAL (SELECT (%(delays)s::int[])[LEAST(new.failures, %(longest)s)] AS delay) AS due)
WHERE known.next_try_at <= %(now)s
RETURNING failures
"""
"""A failure without a delay leaves `next_try_at` in the past: of two tries at the same moment the one that
comes to the row second may have looked at the clock first, and must not wait for a microsecond."""


def take(policy: Policy, name: str) -> int:
    """Count a try of `name` (an account's or an address); answers the seconds still to wait, 0: go ahead.

    A try that has to wait is not counted. An unknown address ("") never waits.
    """
    key = _key(policy, name)
    if not key:
        return 0
    now = timezone.now()
    values: dict[str, Any] = {
        "kind": policy.kind,
        "key": key,
        "now": now,
        "delays": list(policy.delays),
        "longest": len(policy.delays),
        "idle": policy.idle,
        "from": now - policy.window,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        if cursor.fetchone():
            return 0
    known = LoginThrottle.objects.filter(kind=policy.kind, key=key).first()
    return max(1, ceil((known.next_try_at - now).total_seconds())) if known else 0


def give_back(policy: Policy, name: str) -> None:
    """The try was right: as if it had not been counted, and a block it caused ends."""
    rows = LoginThrottle.objects.filter(kind=policy.kind, key=_key(policy, name), failures__gt=0)
    rows.update(failures=F("failures") - 1, next_try_at=Least("next_try_at", Now()))


def forget(policy: Policy, name: str) -> None:
    """Nothing is counted against `name` any more."""
    LoginThrottle.objects.filter(kind=policy.kind, key=_key(policy, name)).delete()


def forgive(names: Iterable[str]) -> None:
    """The owner has proven to be the owner: the accounts of these names have no delay any more."""
    keys = [_key(ACCOUNT, name) for name in names if name]
    LoginThrottle.objects.filter(kind=ACCOUNT.kind, key__in=keys).delete()


def _key(policy: Policy, name: str) -> bytes:
    plain = tidy_name(name).lower() if policy is ACCOUNT else block_of(name)
    return keyed_index(plain, policy.purpose) if plain or policy is ACCOUNT else b""
