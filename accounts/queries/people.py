"""Finding accounts, and which of them somebody looks after."""

import unicodedata
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower

from smartplus.kernel.scoping import Scope

from ..models import Role, User

MANAGES: dict[Role, tuple[Role, ...]] = {
    Role.OPERATOR: (Role.OPERATOR, Role.DISTRIBUTOR, Role.SUB_DISTRIBUTOR, Role.INSTALLER),
    Role.DISTRIBUTOR: (Role.DISTRIBUTOR, Role.SUB_DISTRIBUTOR, Role.INSTALLER),
    Role.SUB_DISTRIBUTOR: (Role.SUB_DISTRIBUTOR, Role.INSTALLER),
    Role.INSTALLER: (Role.INSTALLER, Role.SUB_INSTALLER, Role.PROPERTY_MANAGER),
}
"""Whose logins a role looks after, in its own company and below. Residents are the matter of `sites`."""


def tidy_name(name: str) -> str:
    """A user name or email as it is compared: no blanks around it, one spelling of each letter."""
    return unicodedata.normalize("NFKC", name).strip()


def named(name: str) -> User | None:
    """The account with this user name; else the one active account with this email.

    One query whatever the answer is. An email that several accounts share leads to none of them:
    their holders sign in by user name.
    """
    found = list(_candidates(name)[:3])
    by_name = next((user for user in found if user.username.lower() == tidy_name(name).lower()), None)
    return by_name or (found[0] if len(found) == 1 else None)


def owners(name: str, limit: int) -> list[User]:
    """The accounts a forgotten password may be about: active, with an email, by user name or email."""
    return [user for user in _candidates(name)[:limit] if user.email and may_sign_in(user)]


def _candidates(name: str) -> QuerySet[User]:
    wanted = Lower(Value(tidy_name(name) or "\N{NO-BREAK SPACE}"))  # an empty name asks for nobody
    rows: QuerySet[User] = User.objects.select_related("organisation").order_by("pk")
    rows = rows.alias(low_name=Lower("username"), low_email=Lower("email"))
    return rows.filter(Q(low_name=wanted) | Q(low_email=wanted, is_active=True))


def account_by_id(user_id: int) -> User | None:
    """The account if it may sign in: it and its company are switched on."""
    user = User.objects.select_related("organisation").filter(pk=user_id).first()
    return user if user is not None and may_sign_in(user) else None


def may_sign_in(user: User) -> bool:
    """Whether the account and its company are switched on."""
    return user.is_active and (user.organisation is None or user.organisation.is_active)


def looked_after(scope: Scope, rows: QuerySet[User] | None = None) -> QuerySet[User]:
    """The accounts this person looks after (`rows`: among those), its own included."""
    people = User.objects.visible_to(scope) if rows is None else rows
    return people.filter(role__in=managed_roles(scope))


def managed_roles(scope: Scope) -> tuple[Role, ...]:
    """The roles this person looks after. Somebody who acts in an account does not touch its like."""
    roles = MANAGES.get(Role(scope.role), ())
    return tuple(role for role in roles if role != scope.role) if scope.acting else roles


def with_workplaces(rows: QuerySet[User], workplace: str) -> QuerySet[User]:
    """`rows` with `workplaces`: for how many rows of the model `workplace` each is put down as working."""
    total: Any = Value(0)
    for relation in User._meta.related_objects:
        if relation.many_to_many and relation.related_model._meta.label_lower == workplace:
            field: Any = relation.field
            mine = {field.m2m_reverse_field_name(): OuterRef("pk")}
            named = field.remote_field.through._base_manager.filter(**mine).order_by()
            counted = named.values(field.m2m_reverse_field_name()).annotate(number=Count("pk"))
            total = total + Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), 0)
    return rows.annotate(workplaces=total)
