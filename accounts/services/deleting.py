"""Companies and logins deleted: refused while something stands in the way, and all of it is said at once.

A login goes with its row. A company keeps a row without a name to call it by, because its trail stays:
nobody sees that row any more (`Companies.visible_to`).
"""

from django.db import transaction
from django.db.models import ProtectedError, RestrictedError

from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .. import audit
from ..models import Organisation, User
from ..models.organisations import GONE
from ..queries.deleting import called, lost_with_user, obstacles
from .organisations import check_below
from .users import check_manages

TOLD = ("username", "role", "email", "first_name", "last_name")
EMPTIED = ("email", "phone", "service_phone", "service_email")


@transaction.atomic
def delete_organisation(*, scope: Scope, organisation: Organisation) -> None:
    """Delete a company below the own one, and its logins. Raises `Refused` with all that is in the way."""
    check_below(scope, organisation)
    kept = Organisation.objects.select_for_update(of=("self",)).select_related("parent").get(
        pk=organisation.pk
    )  # fmt: skip
    if GONE in kept.path:
        return
    if found := obstacles(kept):
        raise Refused(" ".join(found), code="in-the-way")
    people = list(User.objects.select_for_update().filter(organisation=kept).order_by("pk"))
    _delete_people(scope, people)
    audit.record(scope, "organisation.delete", kept, before=audit.snapshot(kept, ("kind", "name", "email")))
    _hide(kept)


def _hide(company: Organisation) -> None:
    """Out of everybody's sight; its name is free again."""
    assert company.parent is not None
    company.path = f"{company.parent.path.rstrip('.')}{GONE}{company.pk}."
    company.name = f"{company.name[:70]} (deleted, {company.pk})"
    company.is_active = False
    for name in EMPTIED:
        setattr(company, name, "")
    company.save(update_fields=["path", "name", "is_active", *EMPTIED])


@transaction.atomic
def delete_user(*, scope: Scope, user: User) -> None:
    """Delete a login one looks after. Raises `Refused` for the own one, and while something needs it."""
    check_manages(scope, user)
    if user.pk == scope.user_id:
        raise Refused(_("This is your own login. A colleague deletes it."), code="own-login")
    _delete_people(scope, list(User.objects.select_for_update().filter(pk=user.pk)))


def _delete_people(scope: Scope, people: list[User]) -> None:
    before = [(user, audit.snapshot(user, TOLD) | lost_with_user(user), None) for user in people]
    try:
        with transaction.atomic():
            User.objects.filter(pk__in=[user.pk for user in people]).delete()
    except (ProtectedError, RestrictedError) as error:
        raise Refused(
            _("A login is still needed: {things}. Switch it off instead.").format(
                things=called(error.args[1])
            ),
            code="in-the-way",
        ) from error
    audit.record_many(scope, "user.delete", before)
