"""`manage.py check` refuses a tenant table that forgot to say who owns it."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, register

from .scoping import ScopeBy, ScopedModel


@register()
def every_table_has_an_owner(app_configs: Any, **kwargs: Any) -> list[Error]:
    """kernel.E001 for each of our tables that is neither scoped nor listed as a system table.

    `settings.SYSTEM_TABLES` maps the label of a table without a tenant to the reason why.
    """
    problems = []
    for model in apps.get_models():
        ours = model.__module__.partition(".")[0] in settings.OUR_PACKAGES
        if not ours or model._meta.auto_created or model._meta.label in settings.SYSTEM_TABLES:
            continue
        if not issubclass(model, ScopedModel) or not isinstance(getattr(model, "scope_by", None), ScopeBy):
            problems.append(Error(f"{model._meta.label} has no scope_by", obj=model, id="kernel.E001"))
    return problems
