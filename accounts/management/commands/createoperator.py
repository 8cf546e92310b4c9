"""`manage.py createoperator anna anna@example.net`: the first login of a new installation."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from accounts.models import Role
from accounts.services.operators import create_operator
from accounts.services.users import NewUser
from smartplus.kernel.errors import Refused


class Command(BaseCommand):
    """Makes an operator, and the platform when there is none, and prints where the password is set."""

    help = (
        "Make an operator's login. Prints a single-use link, good for 7 days, at which the password is set."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("email")
        parser.add_argument("--first-name", default="")
        parser.add_argument("--last-name", default="")
        parser.add_argument("--language", default="en", choices=[code for code, _ in settings.LANGUAGES])
        parser.add_argument("--time-zone", default="UTC")
        parser.add_argument("--company", default="SmartPlus", help="name of the platform, if it is made now")

    def handle(self, *args: Any, **options: Any) -> None:
        new = NewUser(
            username=options["username"],
            email=options["email"],
            role=Role.OPERATOR,
            first_name=options["first_name"],
            last_name=options["last_name"],
            language=options["language"],
            time_zone=options["time_zone"],
        )
        try:
            user, link = create_operator(new=new, company=options["company"])
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"Made the operator {user.username}. Set the password here:\n{link}")
