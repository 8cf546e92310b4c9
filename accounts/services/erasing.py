"""A login that nobody needs any more goes, with everything that hangs at it."""

from django.db import transaction
from django.db.models import ProtectedError

from ..models import Email, Feedback, Role, User
from ..uploads import forget
from . import held, links, sessions


@transaction.atomic
def erase_login(*, user_id: int) -> bool:
    """Delete a resident's login: its sessions, second factors, agreements, feedback and emails, sent or not.

    Whoever calls it has asked who may, and writes it down without the name. False where the login is none of
    a resident, or a home still needs it: then nothing is changed.
    """
    user = User.objects.select_for_update().filter(pk=user_id, role=Role.RESIDENT).first()
    if user is None:
        return False
    try:
        with transaction.atomic():
            _let_go(user)
            user.delete()
    except ProtectedError:
        return False
    return True


def _let_go(user: User) -> None:
    """What outlives a login by itself, and what may be on its way at this moment."""
    for void in (links.void_many, held.void_many, sessions.void_many):
        void([user.pk])
    sent = Feedback.objects.filter(user=user)
    for path in sent.exclude(picture="").values_list("picture", flat=True):
        forget(path)
    sent.delete()
    Email.objects.filter(user=user).delete()
