"""Tenancy, in one place: which rows may this person see?

A model says where its owners are found (`scope_by`); a role says how far its holder reaches
(`RULES`). Everything else asks `Model.objects.visible_to(scope)`. What is not declared is
invisible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar, TypeVar

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.module_loading import import_string

Paths = str | tuple[str, ...] | None
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class ScopeBy:
    """ORM paths from a model to its owners; "" means the row itself is the owner.

    `org` leads to an organisation, `site` to a site (a relation or an integer column of site
    ids), `unit` to a unit, `person` to the user who lives there, `user` to the user the row
    belongs to personally (imports, preferences). Several paths mean "reached by any of them";
    None means "never reached that way".
    """

    org: Paths = None
    site: Paths = None
    unit: Paths = None
    person: Paths = None
    user: Paths = None


@dataclass(frozen=True)
class Scope:
    """What one signed-in person may reach. Built once per request or job, immutable.

    `actor_id` is the person who really acts; it differs from `user_id` while somebody is
    switched into another account. `org_path` is the subtree ("1.4."), empty for people who
    belong to no organisation. The names are what the audit trail keeps of both.
    """

    user_id: int
    role: str
    reach: str
    org_path: str = ""
    org_id: int | None = None
    capabilities: frozenset[Any] = field(default_factory=frozenset)
    actor_id: int | None = None
    request_id: str = ""
    address: str = ""
    language: str = "en"
    time_zone: str = "UTC"
    user_name: str = ""
    actor_name: str = ""

    def can(self, capability: object) -> bool:
        """Whether the role holds this capability."""
        return capability in self.capabilities

    @property
    def acting(self) -> bool:
        """Whether somebody else acts in this account."""
        return self.actor_id is not None and self.actor_id != self.user_id


def rebuild(user_id: int, actor_id: int | None = None) -> Scope:
    """The scope of a person for work outside a request (imports, exports in a job).

    Built anew at each call, so a right taken away meanwhile counts at once.
    Raises `PermissionError` when the person may no longer sign in.
    """
    scope: Scope = import_string(settings.SCOPE_BUILDER)(user_id, actor_id)
    return scope


def _site_model() -> type[models.Model]:
    return apps.get_model(settings.SCOPE_SITE_MODEL)


def _unit_model() -> type[models.Model]:
    return apps.get_model(settings.SCOPE_UNIT_MODEL)


def _any_of(paths: Paths, condition: Callable[[str], models.Q]) -> models.Q | None:
    """One condition per path, joined by "or"; None when no path is declared."""
    if paths is None:
        return None
    joined = models.Q()
    for path in (paths,) if isinstance(paths, str) else paths:
        joined |= condition(path)
    return joined


def _among(owners: models.QuerySet[Any]) -> Callable[[str], models.Q]:
    return lambda path: models.Q(**{f"{path}__in" if path else "pk__in": owners.values("pk")})


def _under(prefix: str) -> Callable[[str], models.Q]:
    return lambda path: models.Q(**{f"{path}__path__startswith" if path else "path__startswith": prefix})


def _is(value: int) -> Callable[[str], models.Q]:
    return lambda path: models.Q(**{path or "pk": value})


def _platform(scope_by: ScopeBy, scope: Scope) -> list[models.Q | None]:
    return [models.Q(pk__isnull=False)] if scope_by.org is not None or scope_by.site is not None else []


def _subtree(scope_by: ScopeBy, scope: Scope) -> list[models.Q | None]:
    if not scope.org_path:
        return []
    sites = _site_model()._base_manager.filter(organisation__path__startswith=scope.org_path)
    return [_any_of(scope_by.org, _under(scope.org_path)), _any_of(scope_by.site, _among(sites))]


def _given_sites(scope_by: ScopeBy, scope: Scope) -> list[models.Q | None]:
    sites = _site_model()._base_manager.filter(given_to=scope.user_id)
    return [_any_of(scope_by.site, _among(sites))]


def _managed_sites(scope_by: ScopeBy, scope: Scope) -> list[models.Q | None]:
    sites = _site_model()._base_manager.filter(managers=scope.user_id)
    return [_any_of(scope_by.site, _among(sites))]


def _own_units(scope_by: ScopeBy, scope: Scope) -> list[models.Q | None]:
    units = _unit_model()._base_manager.filter(residencies__user=scope.user_id)
    return [_any_of(scope_by.unit, _among(units)), _any_of(scope_by.person, _is(scope.user_id))]


RULES: dict[str, Callable[[ScopeBy, Scope], list[models.Q | None]]] = {
    "platform": _platform,  # the operator
    "subtree": _subtree,  # distributor, sub-distributor, installer
    "given_sites": _given_sites,  # sub-installer
    "managed_sites": _managed_sites,  # property manager
    "own_units": _own_units,  # resident
}


class ScopedQuerySet(models.QuerySet[M]):
    """The only door between a request and the rows of a tenant."""

    def visible_to(self, scope: Scope) -> ScopedQuerySet[M]:
        """The rows `scope` reaches, each once; nothing when the model declares no way to it."""
        scope_by: ScopeBy = self.model.scope_by  # type: ignore[attr-defined]
        ways = [*RULES[scope.reach](scope_by, scope), _any_of(scope_by.user, _is(scope.user_id))]
        reached = models.Q()
        for way in ways:
            if way is not None:
                reached |= way
        if not reached:
            return self.none()
        if not any(_is_to_many(self.model, path) for path in _paths_in(reached)):
            return self.filter(reached)
        return self.filter(pk__in=self.model._base_manager.filter(reached).values("pk"))


def _paths_in(condition: models.Q) -> Iterator[str]:
    """The paths a condition asks about, each with its lookup. Only these can list a row twice."""
    for child in condition.children:
        if isinstance(child, models.Q):
            yield from _paths_in(child)
        elif isinstance(child, tuple):
            yield child[0]


@cache
def _is_to_many(model: type[models.Model], path: str) -> bool:
    """Does the path pass through a to-many relation (and so list a row twice)?"""
    current: Any = model
    for step in filter(None, path.split("__")):
        if step in ("pk", "id") or step.endswith("_id"):
            return False
        try:
            relation: Any = current._meta.get_field(step)
        except FieldDoesNotExist:  # the lookup behind the last relation
            return False
        if relation.one_to_many or relation.many_to_many:
            return True
        current = relation.related_model
        if current is None:
            return False
    return False


class ScopedModel(models.Model):
    """Base of every table that belongs to a tenant. Subclasses must set `scope_by`."""

    scope_by: ClassVar[ScopeBy]
    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True
