"""The columns of S12's template, exactly as its guide names them, and the one that knows people again."""

from smartplus.kernel.imports import ImportColumn
from smartplus.kernel.words import _

from .cells import MOST_CARDS

COLUMNS = (
    ImportColumn(
        "Building",
        "building",
        max_length=128,
        required=True,
        help=_("Number or name."),
        example="North House",
    ),
    ImportColumn("Accessible Floors", "floors", help=_("Not used yet: leave it empty.")),
    ImportColumn(
        "Apt",
        "apt",
        max_length=32,
        required=True,
        digits=True,
        help=_("An apartment of the building, as the installer numbered it."),
        example="1204",
    ),
    ImportColumn(
        "AptName", "apt_name", max_length=64, help=_("Blank leaves the name as it is."), example="Berg family"
    ),
    ImportColumn(
        "AccountType",
        "account_type",
        required=True,
        help=_("0 family master, 1 family member. The master stands above the members."),
        example="1",
    ),
    ImportColumn("FirstName", "first_name", max_length=64, required=True, example="Anna"),
    ImportColumn("LastName", "last_name", max_length=64, example="Berg"),
    ImportColumn(
        "Email",
        "email",
        help=_("Login details are sent to it, else to the family master."),
        example="anna@example.net",
    ),
    ImportColumn(
        "MobileNumber",
        "mobile",
        digits=True,
        help=_("For registration; digits without the country code."),
        example="20123456",
    ),
    ImportColumn(
        "TelephoneCallingCode",
        "calling_code",
        help=_("Country code of the mobile number, as 45."),
        example="45",
    ),
    ImportColumn(
        "1stPhone",
        "phone_1",
        digits=True,
        help=_("Of the apartment. Blank leaves it as it is."),
        example="+4520123456",
    ),
    ImportColumn("2ndPhone", "phone_2", digits=True),
    ImportColumn("3rdPhone", "phone_3", digits=True),
    ImportColumn(
        "RFCard",
        "cards",
        secret=True,
        separator=";",
        most=MOST_CARDS,
        help=_("6 to 20 characters, 0 to 9 and A to F."),
        example="00F29107;00F29108",
    ),
    ImportColumn(
        "PIN",
        "pin",
        secret=True,
        digits=True,
        help=_("2 to 8 digits, not starting with 9."),
        example="381042",
    ),
    ImportColumn("LicensePlate", "plates", help=_("Not used yet: leave it empty.")),
    ImportColumn("UHFCard", "uhf", help=_("Not used yet: leave it empty.")),
    ImportColumn(
        "AccessGroupID",
        "groups",
        separator=";",
        help=_("IDs as the list of access groups shows them. Blank: the group of the building."),
        example="17;21",
    ),
    ImportColumn("Remark", "remark", max_length=200, example="Tenant"),
    ImportColumn(
        "SIP",
        "sip",
        key=True,
        optional=True,
        help=_("Whom the row changes, as exported; leave it as it is. Blank adds somebody."),
        example="",
    ),
)
