"""The roof as a Django app: its commands, its tasks, and the wiring between the apps."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

from smartplus import collector


class SmartPlusConfig(AppConfig):
    """Connects who listens to what (`wiring`) once all models are known; then nearly all is loaded."""

    name = "smartplus"
    label = "smartplus"

    def ready(self) -> None:
        if find_spec("smartplus.wiring"):
            import_module("smartplus.wiring")
        collector.keep()
