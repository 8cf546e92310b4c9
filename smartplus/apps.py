"""The roof as a Django app: its commands, its tasks, and the wiring between the apps."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class SmartPlusConfig(AppConfig):
    """Connects who listens to what (`wiring`) once all models are known."""

    name = "smartplus"
    label = "smartplus"

    def ready(self) -> None:
        if find_spec("smartplus.wiring"):
            import_module("smartplus.wiring")
