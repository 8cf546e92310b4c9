"""Two answers with one code at the same moment, over two connections: one lets in."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from accounts.models import HeldLogin, RecoveryCode, Role, TotpApp, User
from accounts.services import held, recovery, totp
from smartplus.kernel.errors import Refused

pytestmark = pytest.mark.django_db(transaction=True)
CODE = "204853"


def at_once(work: Any, times: int = 2) -> list[Any]:
    """What `work` answers in so many threads that begin together."""
    barrier, answers = Barrier(times), []

    def run() -> None:
        barrier.wait()
        try:
            answers.append(work())
        except Refused as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_one_code_lets_in_once_and_no_try_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held.throttle, "take", lambda *args: 0)  # which would let only one of them try
    user = User.objects.create(username="anna", role=Role.RESIDENT, email="anna@example.net")
    one = HeldLogin.objects.create(user=user, by_email=True)
    held._send(one)
    HeldLogin.objects.update(digest=held._digest(one, CODE), code_sent_at=held.timezone.now())
    both_right, judge = Barrier(2), held._right

    def right(*args: Any) -> Any:
        answer = judge(*args)
        both_right.wait(5)  # both have judged the code before either goes on
        return answer

    monkeypatch.setattr(held, "_right", right)
    rows = [HeldLogin.objects.select_related("user__organisation").get(pk=one.pk) for _ in range(2)]
    answers = at_once(lambda: held.try_code(held=rows.pop(), code=CODE, address="").pk)
    assert sorted(map(str, answers)) == sorted([str(user.pk), "void"])
    monkeypatch.setattr(held, "_right", judge)

    two = HeldLogin.objects.create(user=user, by_email=True)
    codes = at_once(lambda: held.try_code(held=two, code="000000", address=""), 8)
    two.refresh_from_db()
    assert two.tries == held.TRIES
    assert two.closed_at
    assert set(codes) == {"wrong", "void"}
    assert codes.count("wrong") < held.TRIES

    secret = totp.draft(user).secret
    TotpApp.objects.create(user=user, secret=secret)
    now = f"{totp.hotp(totp.base64.b32decode(secret), int(totp.time()) // totp.STEP):06d}"
    assert sorted(at_once(lambda: totp.accept(user.pk, now), 4)) == [False, False, False, True]
    RecoveryCode.objects.create(user=user, digest=recovery._digest(user.pk, "abcdefghjk"))
    assert sorted(at_once(lambda: recovery.accept(user.pk, "abcde-fghjk"), 4)) == [False, False, False, True]
