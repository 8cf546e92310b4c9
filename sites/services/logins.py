"""A login of its own for a home whose person keeps the present one for further homes."""

from collections.abc import Sequence
from secrets import token_urlsafe

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from accounts import audit
from accounts.models import Role, User
from sites.models import Residency, Site
from smartplus.kernel.pouring import pour
from smartplus.kernel.scoping import Scope

from .numbers import draw_sip

TOLD = ("username", "first_name", "last_name", "language")


def part_logins(scope: Scope, site: Site, people: Sequence[Residency]) -> None:
    """Give each of these residencies of a held site a new login without email and password.

    Its user name is the SIP number, or a new number where the present login is called that. A login that
    no home is left to is switched off.
    """
    if not people:
        return
    former = {one.user_id for one in people}
    named = User.objects.filter(username__in=[one.sip for one in people])
    taken = set(named.values_list("username", flat=True))
    spare = iter(draw_sip(sum(one.sip in taken for one in people)))
    logins = [_login(site, one, next(spare) if one.sip in taken else one.sip) for one in people]
    pour(logins)
    for one, login in zip(people, logins, strict=True):
        one.user = login
    Residency.objects.bulk_update(people, ["user"], batch_size=500)
    created = [(login, None, audit.snapshot(login, TOLD)) for login in logins]
    audit.record_many(scope, "user.create", created, site_id=site.pk)
    _switch_off_idle(scope, site, former)


def _login(site: Site, person: Residency, username: str) -> User:
    return User(
        username=username,
        password=UNUSABLE_PASSWORD_PREFIX + token_urlsafe(30),
        role=Role.RESIDENT,
        time_zone=site.time_zone,
        hours_24=site.hours_24,
        first_name=person.first_name,
        last_name=person.last_name,
        language=person.language,
    )


def _switch_off_idle(scope: Scope, site: Site, login_ids: set[int]) -> None:
    idle = list(User.objects.filter(pk__in=login_ids, is_active=True, residencies__isnull=True))
    User.objects.filter(pk__in=[login.pk for login in idle]).update(is_active=False)
    changes = [(login, {"is_active": True}, {"is_active": False}) for login in idle]
    audit.record_many(scope, "user.switch_off", changes, site_id=site.pk)
