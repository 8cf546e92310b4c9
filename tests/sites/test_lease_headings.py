"""Lease tables as property management systems head them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sites.models import Residency

from .test_leases_table import block, bring, csv, day, errors

__all__ = ["block"]


@pytest.mark.parametrize(
    ("head", "place"),
    [
        (("Apartment", "Tenant", "E-mail", "Lease start", "Lease end", "Lease status"), ("North House 2",)),
        (("UNIT #", "Resident Name", "email address", "MOVE-IN DATE", "Move_Out", "status:"), ("2",)),
        (
            ("Bldg", "Apt. No.", "Full name", "Mail", "Start Date", "Expiration date", "Status"),
            ("north house", "2"),
        ),
        (
            ("Building", "Unit No.", "Lessee", "Email", "Valid from", "Valid until", "Status"),
            ("North House", "2"),
        ),
    ],
)
def test_headings_as_property_management_systems_write_them(
    block: Any, head: tuple[str, ...], place: tuple[str, ...]
) -> None:
    if place != ("2",):
        block.unit(block.south, "2")  # the number alone would not do
    made = bring(block, csv((*place, "Ole Dahl", "ole@example.net", day(-1), day(60), "Current"), head=head))
    assert (made.status, errors(made)) == ("done", [])
    ole = Residency.objects.get(first_name="Ole")
    assert (ole.unit_id, ole.email) == (block.units["2"].pk, "ole@example.net")


def test_a_number_is_looked_for_in_its_building_only(block: Any) -> None:
    head = ("Building", "Unit", "Name", "From", "To")
    made = bring(block, csv(("South House", "2", "Ole Dahl", "", ""), head=head))
    assert errors(made) == [(2, "B", "This site has no apartment “South House 2”.")]


def test_two_headings_that_mean_one_column_are_named(block: Any, client: Client) -> None:
    made = bring(block, csv(("7", "Zoe", "", "", ""), head=("Unit", "Tenant", "Move-in", "Lease from", "To")))
    assert made.status == "failed"
    assert "mean the column From: Move-in, Lease from." in made.error
    client.force_login(block.manager)
    page = client.get(reverse("sites:leases", args=[block.site.pk])).content.decode()
    assert "Other headings that are read: Full name, Tenant, Tenant name" in page
