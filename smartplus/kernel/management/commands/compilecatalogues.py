"""`manage.py compilecatalogues`: write the `.mo` files of our `.po` files, without GNU gettext."""

from typing import Any

from django.core.management import BaseCommand

from smartplus.kernel.catalogues import compile_all


class Command(BaseCommand):
    """Compiles the translations of emails and pages."""

    help = "Compile the translations in smartplus/kernel/locale/."

    def handle(self, *args: Any, **options: Any) -> None:
        for path in compile_all():
            self.stdout.write(f"{path.parent.parent.name}: {path.stat().st_size} bytes")
