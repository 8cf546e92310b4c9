"""Help: documents for roles, whom to call, and feedback that finds the right company and is never lost."""

import re
from io import BytesIO
from struct import pack
from typing import Any
from zipfile import ZipFile
from zlib import compress, crc32

import pytest
from django.core import mail as outgoing
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts import uploads
from accounts.models import AuditEntry, Document, Email, Feedback, Organisation, Role, User
from accounts.queries.support import providers
from accounts.services import outbox, support
from smartplus.kernel.errors import Refused

from .makers import KINDS, Trade

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n"
FORM = {"title": "Guide", "kind": "guide", "language": "de", "roles": ["installer"], "offered": "on"}


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def upload(name: str, content: bytes, kind: str = "application/octet-stream") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


def office(*names: str) -> bytes:
    held = BytesIO()
    with ZipFile(held, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return held.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **other: Any) -> bytes:
    held = BytesIO()
    Image.new("RGB", size, "red").save(held, kind, **other)
    return held.getvalue()


def add(trade: Trade, name: str = "guide.pdf", content: bytes = PDF, **other: Any) -> Any:
    client = browser(trade.people[Role.OPERATOR])
    form = {**FORM, **other, "given": upload(name, content)}
    return client.post("/accounts/documents/add/", form)


def receive(trade: Trade, kind: Organisation.Kind, email: str = "help@service.example") -> None:
    rows = Organisation.objects.filter(pk=trade.companies[kind].pk)
    rows.update(receives_feedback=True, service_email=email, service_phone="+49 30 1234")


# --- Documents ------------------------------------------------------------------------------------


def test_a_document_is_saved_and_given_out_to_its_roles(trade: Trade) -> None:
    assert add(trade).status_code == 302
    document = Document.objects.get()
    assert re.fullmatch(r"support/[0-9a-f]{32}\.pdf", document.file.name)
    assert (document.file_name, document.size) == ("guide.pdf", len(PDF))
    assert "Guide" in browser(trade.people[Role.INSTALLER]).get("/accounts/support/").content.decode()
    answer = browser(trade.people[Role.INSTALLER]).get(f"/accounts/support/{document.pk}/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="guide.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer["Content-Type"] == "application/pdf"


def test_a_role_it_is_not_for_does_not_find_it(trade: Trade) -> None:
    add(trade)
    document = Document.objects.get()
    for role, status in ((Role.PROPERTY_MANAGER, 404), (Role.SUB_INSTALLER, 404), (Role.DISTRIBUTOR, 403)):
        assert browser(trade.people[role]).get(f"/accounts/support/{document.pk}/").status_code == status
    Document.objects.update(offered=False)
    assert browser(trade.people[Role.INSTALLER]).get(f"/accounts/support/{document.pk}/").status_code == 404
    operator = browser(trade.people[Role.OPERATOR])
    assert operator.get(f"/accounts/documents/{document.pk}/file/").status_code == 200
    assert Client().get(f"/media/{document.file.name}").status_code in {302, 404}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", office("[Content_Types].xml", "word/document.xml")),
        ("a.XLSX", office("[Content_Types].xml", "xl/workbook.xml")),
        ("a.pptx", office("[Content_Types].xml", "ppt/presentation.xml")),
    ],
)
def test_office_documents_are_welcome(trade: Trade, name: str, content: bytes) -> None:
    assert add(trade, name, content).status_code == 302
    assert Document.objects.get().file_name == name


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("a.html", b"<html><script>alert(1)</script>"),
        ("a.pdf", b"<html><script>alert(1)</script>"),
        ("a.pdf", b""),
        ("a.pdf.html", PDF),
        ("pdf", PDF),
        ("a.docx", PDF),
        ("a.docx", b"PK\x03\x04 cut off"),
        ("a.docx", office("word/document.xml")),
        ("a.docx", office("[Content_Types].xml", "xl/workbook.xml")),
        ("a.docx", office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("a.exe", b"MZ"),
        ("a.zip", office("a.pdf")),
    ],
)
def test_what_is_no_document_is_refused(trade: Trade, name: str, content: bytes) -> None:
    answer = add(trade, name, content)
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"given"}
    assert not Document.objects.exists()
    assert not AuditEntry.objects.filter(object_type="accounts.document").exists()


def test_a_large_document_is_refused(trade: Trade, monkeypatch: Any) -> None:
    monkeypatch.setattr(uploads, "DOCUMENT_MOST", 10)
    assert "given" in add(trade).context["form"].errors
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\boot.pdf", "boot.pdf"),
        ("C:\\fakepath\\a.pdf", "a.pdf"),
        ("/etc/../.pdf", "pdf"),
        ("a\u202efdp.pdf", "afdp.pdf"),
        ('a"\r\nX: y.pdf', "a_X_ y.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_leads_nowhere(name: str, kept: str) -> None:
    assert uploads.tidy_name(name) == kept


def test_the_old_file_goes_with_the_new_and_both_with_the_document(
    trade: Trade, django_capture_on_commit_callbacks: Any
) -> None:
    add(trade)
    document, client = Document.objects.get(), browser(trade.people[Role.OPERATOR])
    first = document.file.name
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/accounts/documents/{document.pk}/edit/", FORM | {"title": "Other"})
    document.refresh_from_db()
    assert (document.title, document.file.name) == ("Other", first)
    with django_capture_on_commit_callbacks(execute=True):
        form = FORM | {"given": upload("b.pdf", PDF)}
        client.post(f"/accounts/documents/{document.pk}/edit/", form)
    document.refresh_from_db()
    assert document.file_name == "b.pdf"
    assert not default_storage.exists(first)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/accounts/documents/{document.pk}/delete/")
    assert not default_storage.exists(document.file.name)
    assert not Document.objects.exists()


def test_links_show_when_they_are_set(trade: Trade, settings: Any) -> None:
    client = browser(trade.people[Role.INSTALLER])
    assert "Ticket system" not in client.get("/accounts/support/").content.decode()
    settings.SUPPORT_TICKET_URL = "https://tickets.example"
    settings.SUPPORT_CERTIFICATION_URL = "javascript:alert(1)"
    html = client.get("/accounts/support/").content.decode()
    assert 'href="https://tickets.example"' in html
    assert "Certification" not in html


def test_the_contacts_are_the_parents(trade: Trade) -> None:
    receive(trade, KINDS.SUB_DISTRIBUTOR, "help@sub.example")
    receive(trade, KINDS.INSTALLER, "help@inst.example")
    html = browser(trade.people[Role.INSTALLER]).get("/accounts/support/").content.decode()
    assert "help@sub.example" in html and "+49 30 1234" in html and "help@inst.example" not in html
    html = browser(trade.people[Role.PROPERTY_MANAGER]).get("/accounts/feedback/").content.decode()
    assert "help@inst.example" in html and "help@sub.example" not in html


# --- Feedback -------------------------------------------------------------------------------------


def write(user: User, **other: Any) -> Any:
    return browser(user).post("/accounts/feedback/", {"subject": "Door", "text": "It is slow."} | other)


def test_it_reaches_the_address_that_the_parent_set(trade: Trade) -> None:
    receive(trade, KINDS.SUB_DISTRIBUTOR)
    sender = trade.people[Role.INSTALLER]
    assert write(sender).status_code == 302
    row = Feedback.objects.get()
    assert (row.organisation, row.user, row.state) == (
        trade.companies[KINDS.SUB_DISTRIBUTOR], sender, Feedback.State.NEW,
    )  # fmt: skip
    Email.objects.exclude(kind="feedback").delete()
    outbox.send_due()
    letter = outgoing.outbox[-1]
    assert (letter.to, letter.reply_to) == (["help@service.example"], [sender.email])
    assert letter.subject == "Feedback: Door"
    assert "It is slow." in letter.body
    assert AuditEntry.objects.filter(verb="feedback.send", organisation=row.organisation).exists()


@pytest.mark.parametrize(
    ("role", "open_at", "wanted"),
    [
        (Role.PROPERTY_MANAGER, (KINDS.INSTALLER, KINDS.DISTRIBUTOR), KINDS.INSTALLER),
        (Role.PROPERTY_MANAGER, (KINDS.DISTRIBUTOR,), KINDS.DISTRIBUTOR),
        (Role.PROPERTY_MANAGER, (KINDS.PLATFORM,), KINDS.PLATFORM),
        (Role.INSTALLER, (KINDS.INSTALLER, KINDS.SUB_DISTRIBUTOR), KINDS.SUB_DISTRIBUTOR),
        (Role.SUB_INSTALLER, (KINDS.INSTALLER, KINDS.DISTRIBUTOR), KINDS.DISTRIBUTOR),
    ],
)
def test_the_nearest_company_that_takes_feedback_gets_it(
    trade: Trade, role: Role, open_at: Any, wanted: Organisation.Kind
) -> None:
    for kind in open_at:
        receive(trade, kind)
    write(trade.people[role])
    assert Feedback.objects.get().organisation == trade.companies[wanted]


def test_where_nobody_takes_it_the_page_says_whom_to_call(trade: Trade) -> None:
    Organisation.objects.filter(pk=trade.companies[KINDS.INSTALLER].pk).update(service_phone="+49 40 777")
    client = browser(trade.people[Role.PROPERTY_MANAGER])
    html = client.get("/accounts/feedback/").content.decode()
    assert "Nobody takes feedback here" in html and "+49 40 777" in html
    assert 'name="subject"' not in html
    assert "Nobody takes feedback" in write(trade.people[Role.PROPERTY_MANAGER]).content.decode()
    assert not Feedback.objects.exists()


def test_without_an_address_it_is_kept_all_the_same(trade: Trade) -> None:
    receive(trade, KINDS.INSTALLER, email="")
    write(trade.people[Role.PROPERTY_MANAGER])
    assert Feedback.objects.count() == 1
    assert not Email.objects.filter(kind="feedback").exists()


def test_a_resident_writes_to_the_installer_of_the_home(alpha: Any) -> None:
    company = alpha.rows[Organisation]
    Organisation.objects.filter(pk=company.pk).update(receives_feedback=True)
    Feedback.objects.all().delete()
    assert write(alpha.people[Role.RESIDENT]).status_code == 302
    assert Feedback.objects.get().organisation == company


def test_a_resident_of_two_installers_chooses_and_cannot_choose_a_third(alpha: Any, bravo: Any) -> None:
    resident = alpha.people[Role.RESIDENT]
    own, other = alpha.rows[Organisation], bravo.rows[Organisation]
    Organisation.objects.filter(pk__in=[own.pk, other.pk]).update(receives_feedback=True)
    Feedback.objects.all().delete()
    with pytest.raises(Refused):
        support.give_feedback(scope=alpha.scope(Role.RESIDENT), subject="a", text="b", company=other.pk)
    second = bravo.people[Role.RESIDENT].residencies.get()
    second.user = resident
    second.save(update_fields=["user"])
    assert {one.company.pk for one in providers(resident)} == {own.pk, other.pk}
    foreign = alpha.people[Role.DISTRIBUTOR].organisation_id
    assert "company" in write(resident, company=foreign).context["form"].errors
    assert "company" in write(resident).context["form"].errors
    assert not Feedback.objects.exists()
    write(resident, company=other.pk)
    assert Feedback.objects.get().organisation == other


def test_ten_a_day(trade: Trade) -> None:
    receive(trade, KINDS.INSTALLER)
    scope = trade.scope(Role.PROPERTY_MANAGER)
    for number in range(10):
        support.give_feedback(scope=scope, subject=f"{number}", text="x")
    letters = Email.objects.count()
    assert "10 times within a day" in write(trade.people[Role.PROPERTY_MANAGER]).content.decode()
    assert (Feedback.objects.count(), Email.objects.count()) == (10, letters)


def test_only_its_receivers_see_it(trade: Trade, rival: Trade) -> None:
    receive(trade, KINDS.INSTALLER)
    write(trade.people[Role.PROPERTY_MANAGER])
    url = f"/accounts/feedback/received/{Feedback.objects.get().pk}/"
    assert browser(trade.people[Role.INSTALLER]).get(url).status_code == 200
    for other in (
        trade.people[Role.SUB_DISTRIBUTOR],
        rival.people[Role.INSTALLER],
        trade.people[Role.OPERATOR],
    ):
        client = browser(other)
        assert client.get(url).status_code == client.get(f"{url}picture/").status_code == 404
        assert client.post(f"{url}answered/").status_code == 404
        assert "Door" not in client.get("/accounts/feedback/received/").content.decode()
    assert browser(trade.people[Role.PROPERTY_MANAGER]).get(url).status_code == 403
    assert Feedback.objects.get().state == Feedback.State.NEW


def test_it_is_searched_and_marked_as_answered(trade: Trade) -> None:
    receive(trade, KINDS.INSTALLER)
    for subject in ("Door", "Lift"):
        write(trade.people[Role.PROPERTY_MANAGER], subject=subject)
    client, door = browser(trade.people[Role.INSTALLER]), Feedback.objects.get(subject="Door")
    html = client.get("/accounts/feedback/received/?q=lift").content.decode()
    assert "Lift" in html and "Door" not in html
    client.post(f"/accounts/feedback/received/{door.pk}/answered/")
    door.refresh_from_db()
    assert (door.state, door.answered_by) == (Feedback.State.ANSWERED, "Installer Nord (Nord-installer)")
    client.post(
        "/accounts/feedback/received/answered/", {"pick": list(Feedback.objects.values_list("pk", flat=True))}
    )
    assert AuditEntry.objects.filter(verb="feedback.answer").count() == 2
    html = browser(trade.people[Role.PROPERTY_MANAGER]).get("/accounts/feedback/").content.decode()
    assert html.count("Answered") == 2


def test_it_outlives_its_sender_and_is_no_markup(trade: Trade) -> None:
    receive(trade, KINDS.INSTALLER)
    write(trade.people[Role.PROPERTY_MANAGER], subject="<b>Door</b>", text="<script>alert(1)</script>")
    trade.people[Role.PROPERTY_MANAGER].delete()
    row = Feedback.objects.get()
    assert (row.user, row.sender) == (None, "Property manager Nord")
    html = (
        browser(trade.people[Role.INSTALLER]).get(f"/accounts/feedback/received/{row.pk}/").content.decode()
    )
    assert "<script>alert" not in html and "<b>Door" not in html


# --- Pictures -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_drawn_anew_and_shown_to_the_receiver_only(
    trade: Trade, kind: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(uploads, "SIDE", 100)
    receive(trade, KINDS.INSTALLER)
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    given = picture(kind, (300, 150), exif=exif) + b"<script>alert(1)</script>"
    write(trade.people[Role.PROPERTY_MANAGER], picture=upload("me.php", given))
    row = Feedback.objects.get()
    assert re.fullmatch(r"feedback/[0-9a-f]{32}\.jpg", row.picture.name)
    answer = browser(trade.people[Role.INSTALLER]).get(f"/accounts/feedback/received/{row.pk}/picture/")
    kept = b"".join(answer.streaming_content)
    assert b"script" not in kept and b"secret place" not in kept
    assert Image.open(BytesIO(kept)).size == (100, 50)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it has this many dots a side."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return pack(">I", len(body)) + kind + body + pack(">I", crc32(kind + body))

    head = chunk(b"IHDR", pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", compress(bytes(999))) + chunk(b"IEND", b"")


def test_no_picture_is_refused_and_nothing_is_kept(trade: Trade) -> None:
    receive(trade, KINDS.INSTALLER)
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    gif = picture("GIF")
    for content in (svg, b"<html>", gif, picture()[:60], picture("JPEG")[:200], bomb(7_100), bomb(50_000)):
        form = write(trade.people[Role.PROPERTY_MANAGER], picture=upload("a.png", content, "image/png"))
        assert form.context["form"].errors.keys() == {"picture"}
    assert not Feedback.objects.exists()
    assert not Email.objects.filter(kind="feedback").exists()


def test_a_large_picture_is_refused_before_it_is_read(trade: Trade, monkeypatch: Any) -> None:
    receive(trade, KINDS.INSTALLER)
    monkeypatch.setattr(uploads, "PICTURE_MOST", 10)
    monkeypatch.setattr(uploads, "_draw", None)
    answer = write(trade.people[Role.PROPERTY_MANAGER], picture=upload("a.png", picture()))
    assert "picture" in answer.context["form"].errors
    assert not Feedback.objects.exists()
