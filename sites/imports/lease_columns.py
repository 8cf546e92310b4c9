"""The columns of a lease table, and what property management systems call them."""

from smartplus.kernel.imports import ImportColumn
from smartplus.kernel.words import _

COLUMNS = (
    ImportColumn(
        "Unit", "unit", max_length=162, optional=True,
        help=_("Building and number, as lists show it; the number alone where one building has it."),
        example="North House 1204",
        also=("Unit no", "Unit number", "Unit name", "Bldg-Unit", "Apartment", "Flat", "Room", "Suite"),
    ),
    ImportColumn(
        "Building", "building", max_length=128, optional=True,
        help=_("With Apt, or with a Unit that is only a number."),
        also=("Building name", "Bldg", "Block", "Tower"),
    ),
    ImportColumn(
        "Apt", "apt", max_length=32, optional=True,
        also=("Apt no", "Apt number", "Apartment no", "Apartment number", "Flat no", "Flat number",
              "Room no", "Room number"),
    ),
    ImportColumn(
        "Name", "name", max_length=130, required=True, help=_("As “Anna Berg” or “Berg, Anna”."),
        example="Anna Berg",
        also=("Full name", "Tenant", "Tenant name", "Resident", "Resident name", "Occupant", "Occupant name",
              "Lessee", "Leaseholder", "Renter"),
    ),
    ImportColumn(
        "Email", "email", optional=True,
        help=_("Tells people apart; new ones get their login details by it."),
        example="anna@example.net",
        also=("Email address", "Mail", "Tenant email", "Resident email", "Contact email", "Primary email"),
    ),
    ImportColumn(
        "From", "start", help=_("First day of the lease, as 2027-06-30 or as the site writes dates."),
        example="2026-07-01",
        also=("From date", "Start", "Start date", "Lease start", "Lease start date", "Lease from",
              "Lease begin", "Begin date", "Commencement date", "Move-in", "Move-in date", "Valid from"),
    ),
    ImportColumn(
        "To", "end", help=_("Last day of the lease, access included. Empty: open."), example="2027-06-30",
        also=("To date", "Until", "End", "End date", "Lease end", "Lease end date", "Lease to",
              "Lease expiration", "Lease expiration date", "Lease expires", "Expiry date", "Expiration date",
              "Move-out", "Move-out date", "Valid to", "Valid until"),
    ),
    ImportColumn(
        "Status", "status", optional=True,
        help=_("Current, Notice, Future, Past or Cancelled, or other usual words. Empty: by the days."),
        example="Current",
        also=("Lease status", "Tenancy status", "Tenant status", "Resident status", "Occupancy status"),
    ),
)  # fmt: skip
