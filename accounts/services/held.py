"""The second step of a login: the password was right, the factor is awaited.

A held login is a row; the browser's session knows its number only. Each try is counted before it is
looked at, in a statement of its own: tries at the same moment cannot overtake the counting. What is
right is used up by one conditional statement, so of two answers at the same moment one counts.
"""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from hmac import compare_digest

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from smartplus.kernel.errors import Refused
from smartplus.kernel.secrets import keyed_index
from smartplus.kernel.words import _

from .. import audit
from ..models import HeldLogin, Passkey, User
from ..permissions import scope_for
from ..queries.factors import Factors
from ..queries.people import may_sign_in
from . import mail, passkeys, recovery, throttle, totp

TRIES = 5
CODE_LASTS = timedelta(minutes=10)
PAUSE = timedelta(seconds=30)
MOST_CODES = 5
OVER = _("This login is over. Begin again with your password.")
WRONG = _("This code is not right, or was used.")
NO_MAILBOX = _(
    "A code by email is demanded for this login, but it has no email address. Ask whoever looks after it."
)
TOO_MANY = _("Too many codes were sent. Use the last one, or try again in 15 minutes.")


def hold(*, user: User, factors: Factors) -> HeldLogin:
    """Hold a login whose password was right; writes an email code unless there is a factor of one's own."""
    by_email = not factors.own
    if by_email and not user.email:
        raise Refused(NO_MAILBOX, code="no-email")
    if by_email and throttle.take(throttle.CODES, str(user.pk)):
        raise Refused(TOO_MANY, code="too-many-codes")
    with transaction.atomic():
        held = HeldLogin.objects.create(user=user, by_email=by_email)
        if by_email:
            held.codes_sent, held.code_sent_at = 1, timezone.now()
            _send(held)
    return held


def send_again(*, held: HeldLogin) -> None:
    """Another code by email in the place of the last one; the tries stay counted. Raises `Refused`."""
    now = timezone.now()
    rows = HeldLogin.objects.filter(pk=held.pk, closed_at=None, by_email=True)
    due = rows.filter(codes_sent__lt=MOST_CODES, code_sent_at__lte=now - PAUSE)
    if not due.update(codes_sent=F("codes_sent") + 1, code_sent_at=now):
        if held.codes_sent >= MOST_CODES:
            raise Refused(TOO_MANY, code="too-many-codes")
        raise Refused(
            _("A code is on its way. You can ask for another one after 30 seconds."), code="too-soon"
        )
    if throttle.take(throttle.CODES, str(held.user_id)):
        raise Refused(TOO_MANY, code="too-many-codes")
    held.refresh_from_db(fields=["codes_sent", "code_sent_at"])
    with transaction.atomic():
        _send(held)


def try_code(*, held: HeldLogin, code: str, address: str, request_id: str = "") -> User:
    """Let in whoever has the right code. Raises `Refused`; the fifth wrong one ends the held login."""
    _count(held, address)
    kind = _right(held, "".join(code.split()))
    if kind is None:
        raise _wrong(held, address, request_id)
    return _finish(held, kind, address, request_id)


def try_passkey(
    *, held: HeldLogin, answer: str, challenge: bytes, address: str, request_id: str = ""
) -> User:
    """Let in whoever has the passkey. Raises `Refused`."""
    _count(held, address)
    if passkeys.accept(answer=answer, challenge=challenge, user_id=held.user_id) is None:
        raise _wrong(held, address, request_id)
    return _finish(held, "passkey", address, request_id)


def by_passkey_alone(*, answer: str, challenge: bytes, address: str, request_id: str = "") -> User:
    """Let in by a passkey without a password: it holds a key and knows its person. Raises `Refused`."""
    if throttle.take(throttle.ADDRESS, address):
        raise Refused(_("Too many failed tries from this network. Try again in 15 minutes."), code="blocked")
    key: Passkey | None = passkeys.accept(answer=answer, challenge=challenge)
    if key is None:
        raise Refused(passkeys.FAILED, code="wrong")
    throttle.give_back(throttle.ADDRESS, address)
    let_in(key.user, kind="passkey", address=address, request_id=request_id)
    return key.user


def confirm(*, user: User, code: str = "", answer: str = "", challenge: bytes = b"") -> None:
    """Raise `Refused` unless this is a factor of the signed-in person. A wrong one stays counted."""
    if seconds := throttle.take(throttle.FACTOR, str(user.pk)):
        raise Refused(
            _("Too many wrong tries. Wait {seconds} s.").format(seconds=seconds), field="code", code="wait"
        )
    if answer:
        right = passkeys.accept(answer=answer, challenge=challenge, user_id=user.pk) is not None
    else:
        right = _own_code(user.pk, "".join(code.split())) is not None
    if not right:
        raise Refused(passkeys.FAILED if answer else WRONG, field="code", code="wrong")
    throttle.forget(throttle.FACTOR, str(user.pk))


def void_many(user_ids: Iterable[int]) -> None:
    """Logins of these people that are under way begin anew: password, mailbox or factors are others."""
    HeldLogin.objects.filter(user__in=list(user_ids), closed_at=None).update(closed_at=timezone.now())


@transaction.atomic
def let_in(user: User, *, kind: str, address: str, request_id: str) -> None:
    """The person is proven: no delay is left, and the trail says how."""
    throttle.forgive([user.username, user.email])
    throttle.forget(throttle.FACTOR, str(user.pk))
    scope = scope_for(user, request_id=request_id, address=address)
    audit.record(scope, "login.success", user, after={"second_factor": kind})


def _send(held: HeldLogin) -> None:
    code = f"{secrets.randbelow(10**6):06d}"
    held.digest = _digest(held, code)
    held.save(update_fields=["digest", "codes_sent", "code_sent_at"])
    mail.send_template(scope=None, kind="login_code", user=held.user, context={"code": code})


def _digest(held: HeldLogin, code: str) -> bytes:
    return keyed_index(f"{held.pk}:{code}", "login.code")


def _count(held: HeldLogin, address: str) -> None:
    """Count a try as failed before it is looked at: of this login, of its account, of the address."""
    if throttle.take(throttle.ADDRESS, address):
        raise Refused(_("Too many failed tries from this network. Try again in 15 minutes."), code="blocked")
    if seconds := throttle.take(throttle.FACTOR, str(held.user_id)):
        raise Refused(
            _("Too many wrong tries. Wait {seconds} s.").format(seconds=seconds), field="code", code="wait"
        )
    open_ones = HeldLogin.objects.filter(pk=held.pk, closed_at=None, tries__lt=TRIES)
    if not open_ones.update(tries=F("tries") + 1):
        raise Refused(OVER, code="void")


def _right(held: HeldLogin, code: str) -> str | None:
    """By what the code is right; an app's or a recovery code is used up by this."""
    if not held.by_email:
        return _own_code(held.user_id, code)
    held.refresh_from_db(fields=["digest", "code_sent_at"])
    fresh = held.code_sent_at is not None and timezone.now() - held.code_sent_at < CODE_LASTS
    same = compare_digest(bytes(held.digest or b""), _digest(held, code))
    return "email" if fresh and same else None


def _own_code(user_id: int, code: str) -> str | None:
    if len(code) == 6 and code.isascii() and code.isdigit():
        return "app" if totp.accept(user_id, code) else None
    return "recovery code" if recovery.accept(user_id, code) else None


def _wrong(held: HeldLogin, address: str, request_id: str) -> Refused:
    rows = HeldLogin.objects.filter(pk=held.pk, closed_at=None, tries__gte=TRIES)
    if not rows.update(closed_at=timezone.now()):
        return Refused(WRONG, field="code", code="wrong")
    throttle.take(throttle.ACCOUNT, held.user.username)
    scope = scope_for(held.user, request_id=request_id, address=address)
    audit.record(scope, "login.failure", held.user, after={"wrong_codes": TRIES})
    return Refused(OVER, code="void")


def _finish(held: HeldLogin, kind: str, address: str, request_id: str) -> User:
    closed = HeldLogin.objects.filter(pk=held.pk, closed_at=None).update(closed_at=timezone.now())
    if not closed or not (may_sign_in(held.user) and held.user.has_usable_password()):
        raise Refused(OVER, code="void")
    throttle.give_back(throttle.ADDRESS, address)
    let_in(held.user, kind=kind, address=address, request_id=request_id)
    return held.user
