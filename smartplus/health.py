"""`/healthz`: may a load balancer send people here?"""

import logging

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _cache() -> None:
    cache.get("healthz")


PARTS = {"database": _database, "cache": _cache}


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when database and cache answer, else 503; says which, never why: everybody may ask."""
    states = {name: _answers(name) for name in PARTS}
    return JsonResponse(states, status=200 if all(states.values()) else 503)


def _answers(name: str) -> bool:
    try:
        PARTS[name]()
    except (DatabaseError, RedisError, OSError):
        log.exception("healthz: %s does not answer", name)
        return False
    return True
