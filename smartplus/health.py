"""`/healthz`: may a load balancer send people here?"""

import logging
from collections.abc import Callable

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
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


class HealthMiddleware:
    """Answers `/healthz` before anything looks at the name it was asked by, or at TLS: a load balancer asks
    each process by its own address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return healthz(request) if request.path_info == "/healthz" else self.get_response(request)


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
