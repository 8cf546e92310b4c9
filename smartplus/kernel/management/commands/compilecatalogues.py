"""`manage.py compilecatalogues`: write the `.mo` files of our `.po` files, without GNU gettext."""

from typing import Any

from django.core.management import BaseCommand

from accounts.catalogues import compile_all


class Command(BaseCommand):
    """Compiles the translations of the emails."""

    help = "Compile the translations in accounts/locale."

    def handle(self, *args: Any, **options: Any) -> None:
        for path in compile_all():
            self.stdout.write(f"{path.parent.parent.name}: {path.stat().st_size} bytes")
