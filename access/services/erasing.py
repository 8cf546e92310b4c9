"""A person's name leaves a site; the number stays, as the proof that every device forgot it.

Goes: the account and what hangs at it, the name and the apartment in the door log and at the number, the
login when no other home needs it, with its emails. Stays: what happened at doors, nameless; the number
with the proof of each device; the sealed trail, which nobody can change.
"""

from datetime import timedelta

from django.db import transaction

from access.events import PersonErased
from access.models import Subject
from accounts import audit
from accounts.models import AuditEntry, Role, User
from accounts.services.erasing import erase_login
from devices.models import Command
from sites.models import Residency, Site
from sites.services import remove_residents
from sites.services.guards import hold
from sites.services.residents import may_remove_people
from smartplus.kernel.errors import Refused
from smartplus.kernel.events import emit
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .locks import access_lock

VERB = "resident.erase"
AFTER = timedelta(hours=1)
"""The entry of a deletion is written within its transaction, so little later than it began."""


@transaction.atomic
def erase_resident(*, scope: Scope, site: Site, person: Residency) -> Subject:
    """Erase somebody who is listed; with a family master the members are removed, not erased.

    Raises `Refused` as `remove_residents`.
    """
    subject = Subject.objects.filter(site=site, residency=person.pk).first()
    if subject is None:
        raise Refused(_("This person is not there any more."), code="gone")
    return erase_person(scope=scope, site=site, subject=subject)


@transaction.atomic
def erase_person(*, scope: Scope, site: Site, subject: Subject) -> Subject:
    """Erase the person behind a number of a site, listed or gone. Emits `PersonErased`.

    Raises `Refused` for a second erasure, and where the installer keeps deletions to itself.
    """
    site = hold(scope, site)
    may_remove_people(scope, site)
    access_lock([site.pk])
    held = Subject.objects.select_for_update(of=("self",)).filter(site=site, pk=subject.pk).first()
    if held is None or held.erased:
        raise Refused(_("This person is erased already."), code="erased")
    person = Residency.objects.filter(subject=held.pk).first()
    login = person.user_id if person else _login_of(held)
    homes, logins = ((person.pk,) if person else ()), ((login,) if login else ())
    emit(PersonErased(site.pk, held.pk, homes, logins))
    Command.objects.filter(site=site, ordered_by__in=logins).update(ordered_by=None)
    if person:
        remove_residents(scope=scope, site=site, residency_ids=homes)
    removed = any([erase_login(user_id=pk) for pk in logins])
    Subject.objects.filter(pk=held.pk).update(name="", place_label="", apartment="")
    held.refresh_from_db()
    audit.record(scope, VERB, held, after={"number": held.pk, "login": removed}, site_id=site.pk)
    return held


def _login_of(subject: Subject) -> int | None:
    """The login of somebody who was deleted: the trail knows the SIP number it was named by.

    Two of the same name in one apartment are told apart by nothing: the later one goes first.
    """
    assert subject.left_at is not None
    gone = AuditEntry.objects.filter(
        site_id=subject.site_id, verb="resident.delete", object_label=subject.name,
        before__place_label=subject.place_label, at__lte=subject.left_at + AFTER,
    )  # fmt: skip
    idle = User.objects.filter(role=Role.RESIDENT, is_active=False, residencies__isnull=True)
    for sip in gone.order_by("-at", "-pk").values_list("before__sip", flat=True):
        if found := idle.filter(username=sip).first():
            return int(found.pk)
    return None
