"""Counting no further than lists count."""

from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery

from smartplus.kernel.paging import COUNT_LIMIT


class CountUpTo(Subquery):
    """How many rows a subquery has, counted no further than lists count."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows.order_by()[: COUNT_LIMIT + 1])
