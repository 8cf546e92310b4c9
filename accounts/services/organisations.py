"""The trade tree: companies made, changed, switched off and on again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction

from smartplus.kernel.errors import Refused
from smartplus.kernel.events import emit
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .. import audit
from ..events import OrganisationChanged
from ..models import Organisation, Role
from ..queries.organisations import PARENTS
from . import switching
from .users import HOMES, NewUser, check_time_zone, create_user

Kind = Organisation.Kind

OF_INSTALLERS = ("may_add_macs", "connect_type", "rtp_confusion", "rtsps", "switching_offered")
"""What only an installer has: a library, devices, and somebody who may have to help."""
CHANGEABLE = ("name", "email", "phone", "time_zone", *OF_INSTALLERS)


@dataclass(frozen=True)
class NewOrganisation:
    """A company to be made below another one; what devices are told (`connect_type` …) is an installer's."""

    kind: str
    name: str
    email: str = ""
    phone: str = ""
    time_zone: str = "UTC"
    may_add_macs: bool = False
    connect_type: str = ""
    rtp_confusion: bool = False
    rtsps: bool = False
    switching_offered: bool = False


@transaction.atomic
def create_organisation(
    *, scope: Scope, parent: Organisation, new: NewOrganisation, first_user: NewUser | None = None
) -> Organisation:
    """Make a company below `parent`, and its first login if given. Raises `Refused`."""
    parent = _held(parent)
    _check_reach(scope, parent)
    if parent.kind not in PARENTS.get(new.kind, ()):
        raise Refused(
            _("A company of this kind ({kind}) does not stand below one of that kind ({above}).").format(
                kind=Kind(new.kind).label, above=parent.get_kind_display()
            ),
            field="parent", code="wrong-parent",
        )  # fmt: skip
    if not parent.is_active:
        raise Refused(_("This company is switched off."), field="parent", code="switched-off")
    check_time_zone(new.time_zone)
    _check_values(asdict(new))
    number = _next_number()
    values = asdict(new) | {"name": new.name.strip()}
    organisation = Organisation(pk=number, path=f"{parent.path}{number}.", parent=parent, **values)
    _save(organisation, insert=True)
    audit.record(
        scope, "organisation.create", organisation, after=audit.snapshot(organisation, ("kind", *CHANGEABLE))
    )
    if first_user is not None:
        create_user(scope=scope, organisation=organisation, new=first_user)
    return organisation


def _held(parent: Organisation) -> Organisation:
    """The company as it is now, kept from being deleted or switched off until the commit."""
    rows = Organisation.objects.standing().select_for_update(no_key=True, of=("self",))
    held: Organisation | None = rows.filter(pk=parent.pk).first()
    if held is None:
        raise Refused(_("This company is not there any more."), field="parent", code="gone")
    return held


def create_platform(name: str) -> Organisation:
    """The root of the tree. The database refuses a second one."""
    number = _next_number()
    platform = Organisation(pk=number, path=f"{number}.", kind=Kind.PLATFORM, name=name)
    _save(platform, insert=True)
    audit.record(None, "organisation.create", platform, after=audit.snapshot(platform, ("kind", "name")))
    return platform


def first_role(kind: str) -> Role:
    """The role of the people who run a company of this kind."""
    return next(role for role, home in HOMES.items() if home == kind)


def _next_number() -> int:
    """The id of the next company: its path holds it, so it is drawn before the row is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('accounts_organisation', 'id'))")
        return int(cursor.fetchone()[0])


def _save(organisation: Organisation, *, insert: bool = False, fields: list[str] | None = None) -> None:
    if not organisation.name:
        raise Refused(_("A company needs a name."), field="name", code="no-name")
    try:
        with transaction.atomic():
            organisation.save(force_insert=insert, update_fields=fields)
    except IntegrityError as error:
        if "organisation_name_once_per_parent" not in str(error):
            raise
        raise Refused(
            _("There is a company of this name already."), field="name", code="name-taken"
        ) from error


def _check_values(values: Mapping[str, Any]) -> None:
    """Raise `Refused` at the field of the first value that cannot be."""
    if values.get("connect_type", "") not in Organisation.ConnectType.values:
        raise Refused(_("There is no such connect type."), field="connect_type", code="bad-connect-type")


def _check_reach(scope: Scope, organisation: Organisation) -> None:
    """Raise `Refused` unless the company lies at or below the person's own."""
    if not scope.org_path or not organisation.path.startswith(scope.org_path):
        raise Refused(_("This company is not below yours."), code="not-allowed")


def check_below(scope: Scope, organisation: Organisation) -> None:
    """Raise `Refused` unless the company lies below the person's own."""
    _check_reach(scope, organisation)
    if organisation.pk == scope.org_id:
        raise Refused(_("This is your own company: those above you change it."), code="own-company")


@transaction.atomic
def change_organisation(
    *, scope: Scope, organisation: Organisation, changes: Mapping[str, Any]
) -> Organisation:
    """Change a company below the own one (the operator also the own). Raises `Refused`."""
    if scope.role != Role.OPERATOR:
        check_below(scope, organisation)
    _check_reach(scope, organisation)
    if changes.keys() - set(CHANGEABLE):
        raise Refused(_("Kind and parent stay as they are."), code="not-allowed")
    if organisation.kind != Kind.INSTALLER and changes.keys() & set(OF_INSTALLERS):
        raise Refused(_("Only an installer has this."), code="not-allowed")
    check_time_zone(changes.get("time_zone", "UTC"))
    _check_values(changes)
    kept = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    before = audit.snapshot(kept, changes)
    for name, value in changes.items():
        setattr(kept, name, value.strip() if isinstance(value, str) else value)
    _save(kept, fields=list(changes))
    audit.record(scope, "organisation.change", kept, before=before, after=audit.snapshot(kept, changes))
    changed = frozenset(name for name in changes if before[name] != getattr(kept, name))
    if "switching_offered" in changed:
        switching.offer_changed(scope=scope, organisation=kept)
    if changed:
        emit(OrganisationChanged(kept.pk, changed))
    return kept


@transaction.atomic
def switch_off(*, scope: Scope, organisation: Organisation) -> Organisation:
    """Switch a company off: nobody of it is let in any more. Companies below it, sites and doors go on."""
    return _switch(scope, organisation, on=False)


@transaction.atomic
def switch_on(*, scope: Scope, organisation: Organisation) -> Organisation:
    """Let the people of a company in again."""
    return _switch(scope, organisation, on=True)


def _switch(scope: Scope, organisation: Organisation, *, on: bool) -> Organisation:
    check_below(scope, organisation)
    kept = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if kept.is_active != on:
        kept.is_active = on
        kept.save(update_fields=["is_active"])
        verb = "organisation.switch_on" if on else "organisation.switch_off"
        audit.record(scope, verb, kept, before={"active": not on}, after={"active": on})
    return kept
