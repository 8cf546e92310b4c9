from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "smartplus.kernel"
    label = "kernel"
