"""What two people or two workers do at the same moment, over connections of their own: nothing is lost or
doubled by whichever comes second. One test, as emptying all tables afterwards takes longer than all of it.
"""

from collections.abc import Callable
from queue import Queue
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Email, LoginThrottle, Notice, PolicyVersion, Role, User
from accounts.permissions import scope_for
from accounts.services import first_steps, login, notices, policies, throttle
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope

from .makers import PASSWORD, make_operator
from .test_one_code_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def beside(work: Callable[[], Any]) -> tuple[Thread, "Queue[Any]"]:
    """`work` in a thread and a connection of its own, begun now; its answer comes by the queue."""
    answer: Queue[Any] = Queue()

    def run() -> None:
        try:
            answer.put(work())
        except Exception as error:
            answer.put(error)
        finally:
            connection.close()

    thread = Thread(target=run, daemon=True)
    thread.start()
    return thread, answer


def test_whoever_comes_second_neither_loses_nor_doubles_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = User.objects.create(
        username="anna", role=Role.PROPERTY_MANAGER, email="a@x.example", email_confirmed_at=timezone.now()
    )
    operator = scope_for(make_operator())
    with monkeypatch.context() as patch:
        nobody_slips_past_a_policy_published_at_that_moment(manager, operator, patch)
    tries_at_the_same_moment_cannot_overtake_the_counting(manager)
    manager.delete()
    with monkeypatch.context() as patch:
        two_workers_that_mail_one_notice_write_to_everybody_once(operator, patch)


def nobody_slips_past_a_policy_published_at_that_moment(
    manager: User, operator: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"kind": PolicyVersion.Kind.PRIVACY, "title": "Privacy", "text": "We keep little."}
    draft = policies.save_policy(scope=operator, policy=None, values=values)
    looked, go_on, judge = Event(), Event(), first_steps.next_step

    def slow(user: User) -> Any:
        step = judge(user)
        looked.set()
        go_on.wait(5)
        return step

    # The person is being let through, having seen no policy, while the operator publishes one.
    monkeypatch.setattr(first_steps, "next_step", slow)
    passing, step = beside(lambda: first_steps.settle(user=manager))
    assert looked.wait(5)
    publishing, _published = beside(lambda: policies.publish_policy(scope=operator, policy=draft))
    publishing.join(0.1)
    assert publishing.is_alive(), "it waits for the person's row"
    go_on.set()
    passing.join(5)
    publishing.join(5)
    assert step.get(timeout=5) is None
    manager.refresh_from_db()
    assert manager.welcomed_at is None, "asked at the next click"

    # The other way round: published but not committed, and the person clicks.
    monkeypatch.setattr(first_steps, "next_step", judge)
    PolicyVersion.objects.update(published_at=None, number=None)
    with transaction.atomic():
        policies.publish_policy(scope=operator, policy=draft)
        passing, step = beside(lambda: first_steps.settle(user=manager))
        passing.join(0.1)
        assert passing.is_alive(), "it waits for the operator"
    assert step.get(timeout=5) == first_steps.Step.POLICIES


def two_workers_that_mail_one_notice_write_to_everybody_once(
    operator: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    people = [
        User(username=f"m{n}", role=Role.PROPERTY_MANAGER, email=f"m{n}@x.example", email_confirmed_at=now)
        for n in range(25)
    ]
    User.objects.bulk_create(people)
    values = {"title": "Rest", "text": "On Sunday.", "kind": "system", "by_email": True}
    values |= {"roles": [Role.PROPERTY_MANAGER]}
    notice = notices.save_notice(scope=operator, notice=None, values=values)
    notices.publish_notice(scope=operator, notice=notice)
    Email.objects.all().delete()
    monkeypatch.setattr(notices, "AT_ONCE", 10)

    def round_of_two() -> None:
        assert all(isinstance(queued, int) for queued in at_once(notices.mail_due))

    round_of_two()
    assert Email.objects.count() == 10, "what the outbox has room for, however many ask"
    while Email.objects.filter(due_at__isnull=False).exists():
        Email.objects.update(due_at=None)
        round_of_two()
    written = sorted(Email.objects.values_list("to", flat=True))
    assert written == sorted(one.email for one in people)
    assert Notice.objects.get().mailed_to is None


def tries_at_the_same_moment_cannot_overtake_the_counting(manager: User) -> None:
    manager.set_password(PASSWORD)
    manager.save()

    def guess() -> Any:
        return login.sign_in(name="anna", password="wrong-quiet-doors", address="")

    free = sum(1 for seconds in throttle.ACCOUNT.delays if not seconds) + 1
    codes = at_once(guess, 8)
    assert codes.count("wrong") == free, "then the next one has to wait"
    assert codes.count("wait") == 8 - free
    assert LoginThrottle.objects.get().failures == free
    with pytest.raises(Refused, match="Too many failed tries"):
        login.sign_in(name="anna", password=PASSWORD, address="")
    LoginThrottle.objects.all().delete()
    right = at_once(lambda: login.sign_in(name="anna", password=PASSWORD, address="").pk, 2)
    assert right == [manager.pk] * 2
    assert not LoginThrottle.objects.exists()
