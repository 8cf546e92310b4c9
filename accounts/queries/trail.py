"""What the audit trail says of a row."""

from django.db.models import Model

from smartplus.kernel.scoping import Scope

from ..models import AuditEntry


def last_change(scope: Scope, row: Model) -> str:
    """Who changed a row last, as far as this reader may see it; "" when nobody knows."""
    entries = AuditEntry.objects.visible_to(scope)
    found = entries.filter(object_type=row._meta.label_lower, object_id=row.pk).order_by("-at", "-pk")
    return found.values_list("actor_name", flat=True).first() or ""
