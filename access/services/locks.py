"""One writer of a site's access at a time."""

from collections.abc import Iterable

from django.db import connection

# First half of the two-part key, so that no other advisory lock of the product meets ours.
NAMESPACE = 0x5A01
_LARGEST = 2**31 - 1

# The keys come sorted and are taken in that order: two changes of several sites cannot wait for each other.
_ALONE = "SELECT pg_advisory_xact_lock(%s, key) FROM unnest(%s::int[]) AS key"
_TOGETHER = "SELECT pg_advisory_xact_lock_shared(%s, key) FROM unnest(%s::int[]) AS key"


def access_lock(site_ids: Iterable[int]) -> None:
    """Wait until nobody else changes who may open what on these sites; held until the transaction ends.

    To be called before anything is read: two changes that cannot see each other would leave a
    right nobody granted. Raises `RuntimeError` outside a transaction.
    """
    _lock(_ALONE, site_ids)


def access_lock_shared(site_ids: Iterable[int]) -> None:
    """Wait until no change is under way on these sites and keep changes out; readers do not mind each other.

    For reading a list together with the highest number drawn. Raises `RuntimeError` outside a transaction.
    """
    _lock(_TOGETHER, site_ids)


def _lock(statement: str, site_ids: Iterable[int]) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("the lock lasts as long as a transaction, and there is none")
    keys = sorted({site_id % _LARGEST for site_id in site_ids})
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(statement, [NAMESPACE, keys])
