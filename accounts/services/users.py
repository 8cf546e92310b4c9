"""Logins of the trade and of property managers: made, changed, switched off and on again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Lower

from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _
from smartplus.kernel.zones import zone_names

from .. import audit
from ..models import Organisation, Role, User
from ..queries.people import managed_roles
from . import held, linking, links, mail, mailboxes, sessions

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{2,63}")
NAME_RULE = _("3 to 64 letters (a to z), digits and . _ + -, beginning with a letter or digit.")

Kind = Organisation.Kind
HOMES = {
    Role.OPERATOR: Kind.PLATFORM,
    Role.DISTRIBUTOR: Kind.DISTRIBUTOR,
    Role.SUB_DISTRIBUTOR: Kind.SUB_DISTRIBUTOR,
    Role.INSTALLER: Kind.INSTALLER,
    Role.SUB_INSTALLER: Kind.INSTALLER,
    Role.PROPERTY_MANAGER: Kind.INSTALLER,
}
"""The kind of organisation each role belongs to; residents belong to none."""

BY_KEEPERS = frozenset({"code_demanded", "reminded_monthly"})
"""Only those who look after a login set these, never its own person."""
DEMANDED_OF = frozenset({Role.SUB_DISTRIBUTOR, Role.INSTALLER, Role.PROPERTY_MANAGER})
CHANGEABLE = BY_KEEPERS | {
    "first_name", "last_name", "email", "language", "time_zone", "hours_24", "theme",
}  # fmt: skip
TOLD = (
    "username", "role", "email", "first_name", "last_name", "language", "time_zone", "code_demanded",
    "reminded_monthly",
)  # fmt: skip
"""What the trail keeps of a new login."""
OWN_TASTE = frozenset({"hours_24", "theme"})
"""Not worth a line in the audit trail."""


@dataclass(frozen=True)
class NewUser:
    """A login to be made. An empty `time_zone` is the organisation's."""

    username: str
    email: str
    role: Role
    first_name: str = ""
    last_name: str = ""
    language: str = "en"
    time_zone: str = ""
    code_demanded: bool = False
    reminded_monthly: bool = False


@transaction.atomic
def create_user(*, scope: Scope, organisation: Organisation, new: NewUser) -> User:
    """Make a login and send its details to its email. Raises `Refused`."""
    _check_manages(scope, new.role, organisation)
    if HOMES.get(new.role) != organisation.kind:
        raise Refused(
            _("The role {role} does not fit a company of this kind: {kind}.").format(
                role=new.role.label, kind=organisation.get_kind_display()
            ),
            field="role", code="role-does-not-fit",
        )  # fmt: skip
    _check_demands(new)
    values = {
        "email": new.email,
        "language": new.language,
        "time_zone": new.time_zone or organisation.time_zone,
    }
    _check_values(values)
    user = User(
        username=_free_name(new.username),
        role=new.role,
        organisation=organisation,
        first_name=new.first_name.strip(),
        last_name=new.last_name.strip(),
        password=make_password(None),
        code_demanded=new.code_demanded,
        reminded_monthly=new.reminded_monthly,
        **values,
    )
    _insert(user)
    audit.record(scope, "user.create", user, after=audit.snapshot(user, TOLD))
    mail.send_template(scope=scope, kind="welcome", user=user, context={"company": organisation.name})
    return user


def _check_demands(new: NewUser) -> None:
    """Raise `Refused` when something is asked of a role of which it is not."""
    for field in ("code_demanded", "reminded_monthly"):
        if getattr(new, field) and new.role not in DEMANDED_OF:
            raise Refused(
                _("This is not asked of this role: {role}.").format(role=new.role.label),
                field=field,
                code="not-allowed",
            )


def _free_name(text: str) -> str:
    """The user name if it is well formed and nobody has it."""
    name = text.strip()
    if not NAME.fullmatch(name):
        raise Refused(NAME_RULE, field="username", code="bad-name")
    if User.objects.alias(low=Lower("username")).filter(low=Lower(Value(name))).exists():
        raise _taken()
    return name


def _taken() -> Refused:
    return Refused(_("Somebody has this user name. Choose another."), field="username", code="name-taken")


def _insert(user: User) -> None:
    """Save; somebody may have taken the name since it was looked up."""
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        if "user_name_once" in str(error):
            raise _taken() from error
        raise


@transaction.atomic
def change_user(*, scope: Scope, user: User, changes: Mapping[str, Any]) -> User:
    """Change names, email, language, time zone and taste of a login. Raises `Refused`.

    With another email, links in the old mailbox are void, and the new one is yet to be proven.
    """
    if changes.keys() - CHANGEABLE:
        raise Refused(_("User name and role stay as they are."), code="not-allowed")
    if (user.pk != scope.user_id or scope.acting) and user.role != Role.RESIDENT:
        _check_manages(scope, Role(user.role), user.organisation)
    if changes.keys() & BY_KEEPERS and (user.pk == scope.user_id or user.role not in DEMANDED_OF):
        raise Refused(_("Those who look after this login set that."), code="not-allowed")
    _check_values(changes)
    kept: User = User.objects.select_for_update().get(pk=user.pk)
    before = audit.snapshot(kept, changes)
    for name, value in changes.items():
        setattr(kept, name, value.strip() if isinstance(value, str) else value)
    kept.save(update_fields=list(changes))
    if "email" in changes and before["email"].lower() != kept.email.lower():
        mailboxes.changed_unproven([kept], before={kept.pk: before["email"]})
    told = changes.keys() - OWN_TASTE
    audit.record(
        scope, "user.change", kept,
        before={name: before[name] for name in told}, after=audit.snapshot(kept, told),
    )  # fmt: skip
    return kept


def _check_values(values: Mapping[str, Any]) -> None:
    """Raise `Refused` at the field of the first value that cannot be."""
    if values.get("email") == "":
        raise Refused(
            _("An email address is needed: login details are sent to it."), field="email", code="no-email"
        )
    if "language" in values and values["language"] not in dict(settings.LANGUAGES):
        raise Refused(_("We do not write in this language."), field="language", code="bad-language")
    check_time_zone(values.get("time_zone", "UTC"))


def check_time_zone(name: str) -> None:
    """Raise `Refused` (field "time_zone") for a time zone nobody knows."""
    if name not in zone_names():
        raise Refused(_("There is no such time zone."), field="time_zone", code="bad-time-zone")


def _check_manages(scope: Scope, role: Role, organisation: Organisation | None) -> None:
    """Raise `Refused` unless the person looks after such logins of that organisation."""
    within = organisation is not None and organisation.path.startswith(scope.org_path) and scope.org_path
    if not within or role not in managed_roles(scope):
        raise Refused(_("You do not look after this login."), code="not-allowed")


def check_manages(scope: Scope, user: User) -> None:
    """Raise `Refused` unless the person looks after this login."""
    _check_manages(scope, Role(user.role), user.organisation)


@transaction.atomic
def switch_off(*, scope: Scope, user: User) -> User:
    """Switch a login off: its next request is refused. Nobody may leave the own company without a login."""
    _check_manages(scope, Role(user.role), user.organisation)
    Organisation.objects.select_for_update(no_key=True).get(pk=user.organisation_id or 0)
    if user.pk == scope.user_id and not _colleagues(user):
        raise Refused(
            _("You are the last active login of your company. Add a colleague first."),
            code="last-active-user",
        )
    return _switch(scope, user, on=False)


@transaction.atomic
def switch_on(*, scope: Scope, user: User) -> User:
    """Switch a login on again."""
    _check_manages(scope, Role(user.role), user.organisation)
    return _switch(scope, user, on=True)


def _colleagues(user: User) -> bool:
    active = User.objects.filter(organisation=user.organisation, role=user.role, is_active=True)
    return bool(active.exclude(pk=user.pk).exists())


def _switch(scope: Scope, user: User, *, on: bool) -> User:
    kept: User = User.objects.select_for_update().get(pk=user.pk)
    if kept.is_active != on:
        kept.is_active = on
        kept.save(update_fields=["is_active"])
        if not on:
            links.void(kept)
            held.void_many([kept.pk])
            sessions.void_many([kept.pk])
        verb = "user.switch_on" if on else "user.switch_off"
        audit.record(scope, verb, kept, before={"active": not on}, after={"active": on})
    return kept


@transaction.atomic
def send_login_details(*, scope: Scope, user: User) -> User:
    """New login details: the present password stops working at once, a set-password link is sent.

    Raises `Refused` for a login without email, and for one that is switched off.
    """
    _check_manages(scope, Role(user.role), user.organisation)
    if not user.email:
        raise Refused(_("This login has no email address. Add one first."), code="no-email")
    if not user.is_active:
        raise Refused(_("This login is switched off. Switch it on first."), code="switched-off")
    found = User.objects.select_for_update(of=("self",)).select_related("organisation")
    kept: User = found.get(pk=user.pk)
    kept.set_unusable_password()
    kept.save(update_fields=["password"])
    links.void(kept)
    held.void_many([kept.pk])
    sessions.void_many([kept.pk])
    linking.forget(kept)
    audit.record(scope, "password.remove", kept, after={"password": audit.SECRET})
    company = kept.organisation.name if kept.organisation else ""
    mail.send_template(scope=scope, kind="welcome", user=kept, context={"company": company})
    return kept
