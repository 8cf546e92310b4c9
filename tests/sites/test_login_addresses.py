"""A resident's address given by those who look after the site: it carries to the login, as unproven."""

import pytest
from django.utils.timezone import now

from accounts.models import Email, EmailConfirmation, PasswordLink, User
from accounts.services import links
from sites import services

from .makers import House

pytestmark = pytest.mark.django_db


def test_another_address_of_a_resident_is_unproven_and_voids_the_old_mailbox(world: House) -> None:
    anna = world.master(email="anna@example.net")
    User.objects.filter(pk=anna.user_id).update(email_confirmed_at=now(), welcomed_at=now())
    Email.objects.all().delete()
    token = links.issue(anna.user, PasswordLink.Purpose.RESET)
    EmailConfirmation.objects.create(
        user=anna.user, email="third@example.net", digest=b"digest", expires_at=now()
    )
    services.change_resident(scope=world.scope, person=anna, email="anna2@example.net")
    user = User.objects.get(pk=anna.user_id)
    assert (user.email, user.email_confirmed_at, user.welcomed_at) == ("anna2@example.net", None, None)
    assert links.find(token) is None
    assert not EmailConfirmation.objects.filter(used_at=None).exists()
    told = Email.objects.filter(to="anna@example.net").values_list("kind", flat=True)
    assert list(told) == ["email_changed"]


def test_a_name_alone_leaves_the_address_proven(world: House) -> None:
    anna = world.master(email="anna@example.net")
    User.objects.filter(pk=anna.user_id).update(email_confirmed_at=now())
    services.change_resident(scope=world.scope, person=anna, first_name="Anne", email="anna@example.net")
    assert User.objects.get(pk=anna.user_id).email_confirmed_at is not None


def test_login_details_queued_for_the_old_address_are_not_sent_there(world: House) -> None:
    anna = world.master(email="anna@example.net")
    services.change_resident(scope=world.scope, person=anna, email="anna2@example.net")
    waiting = Email.objects.filter(user=anna.user, due_at__isnull=False)
    assert list(waiting.values_list("kind", "to")) == [("welcome_resident", "anna2@example.net")]
