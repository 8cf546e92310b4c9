from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    """Finds the importers of all apps, so that web and workers know them by their key."""

    name = "smartplus.kernel"
    label = "kernel"

    def ready(self) -> None:
        from . import checks  # noqa: F401

        autodiscover_modules("importers", "imports")
