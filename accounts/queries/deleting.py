"""What stands in the way of deleting, and what goes with it."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.db.models import PROTECT, RESTRICT
from django.utils.text import capfirst

from smartplus.kernel.words import _

from ..models import AuditEntry, AuditSeal, Organisation, Role, User

NAMED = 3
"""How many of a sort are named; the rest is counted."""
STAY: tuple[type[models.Model], ...] = (AuditEntry, AuditSeal, User, Organisation)
"""The trail stays, logins go along, companies below are asked for by path."""

# Tables of the apps above by name: what their rows are called here, and the sentence with the way out.
WORDS = {
    "sites.site": (_("sites"), _("Sites: {names}. Move or delete them first.")),
    "devices.macentry": (
        _("MACs in its library"),
        _("MACs in its library: {names}. Hand them over or remove them first."),
    ),
    "sites.residency": (_("homes"), _("Homes: {names}. Delete the people first.")),
}
BELOW = _("Companies below it: {names}. Delete them first.")
OTHERWISE = _("{things}: {names}. Remove them first.")


def obstacles(organisation: Organisation) -> list[str]:
    """A sentence for each sort of thing that must go before the company can."""
    below = Organisation.objects.standing().filter(path__startswith=organisation.path)
    found = [(Organisation, BELOW, below.exclude(pk=organisation.pk).order_by("path"))]
    found += [
        (field.model, _words(field.model)[1], _rows(field, organisation)) for field in _holding(Organisation)
    ]
    return [
        sentence.format(names=named, things=_things(model))
        for model, sentence, rows in found
        if (named := _named(rows))
    ]


def called(rows: Iterable[models.Model]) -> str:
    """What rows of whichever tables are called, in a sentence: "homes, orders"."""
    return ", ".join(sorted({str(_words(type(row))[0]) for row in rows}))


def _words(model: type[models.Model]) -> tuple[str, str]:
    return WORDS.get(model._meta.label_lower, (str(model._meta.verbose_name_plural), OTHERWISE))


def _things(model: type[models.Model]) -> str:
    return str(capfirst(str(model._meta.verbose_name_plural)))


def _holding(model: type[models.Model]) -> Iterator[Any]:
    """The columns, of whichever app, that forbid a row of `model` to go."""
    relations: list[Any] = model._meta.get_fields(include_hidden=True)
    for relation in relations:
        if not relation.auto_created or not (relation.one_to_many or relation.one_to_one):
            continue
        if relation.on_delete in (PROTECT, RESTRICT) and relation.related_model not in STAY:
            yield relation.field


def _rows(field: Any, organisation: Organisation) -> Any:
    return field.model._base_manager.filter(**{field.name: organisation.pk}).order_by("pk")


def _named(rows: Any) -> str:
    """The first few by name and how many more; "" for none."""
    names = [str(row) for row in rows[:NAMED]]
    more = rows.count() - len(names) if len(names) == NAMED else 0
    named = ", ".join(names)
    return _("{names} and {n} more").format(names=named, n=f"{more:,}") if more else named


def people_of(organisation: Organisation) -> list[User]:
    """Everybody who signs in for a company, its property managers too."""
    return list(User.objects.filter(organisation=organisation).order_by("role", "username"))


def lost_with_user(user: User) -> dict[str, list[str]]:
    """What a login was put down for, by name (its sites)."""
    accessors = [one.get_accessor_name() for one in User._meta.related_objects if one.many_to_many]
    lists = {name: [str(row) for row in getattr(user, name).all()[:20]] for name in filter(None, accessors)}
    return {name: names for name, names in lists.items() if names}


def last_of_company(user: User) -> bool:
    """Whether nobody else could sign in for the company afterwards."""
    if user.role in (Role.PROPERTY_MANAGER, Role.SUB_INSTALLER):
        return False
    others = User.objects.filter(organisation=user.organisation, role=user.role, is_active=True)
    return not others.exclude(pk=user.pk).exists()
