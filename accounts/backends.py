"""Signing in by user name or email, for Django's sessions."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from .models import User
from .queries.people import account_by_id
from .services.login import check


class NameOrEmailBackend(BaseBackend):
    """Finds the person of a session anew at each request: one switched off meanwhile is nobody."""

    def authenticate(
        self, request: HttpRequest | None, username: str = "", password: str = "", **kwargs: Any
    ) -> User | None:
        return check(name=username, password=password)

    def get_user(self, user_id: int) -> User | None:
        return account_by_id(user_id)
