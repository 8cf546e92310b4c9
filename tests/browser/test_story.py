"""The main job, in a browser: an installer's sheet becomes doors, a manager's PIN opens them.

What a page claims is compared with the simulated device's memory.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from devices.models import Device, DeviceState
from logs.models import DoorLog
from provisioning.simulator.client import Simulator
from sites.models import Residency, Site, Unit
from smartplus.run.stack import Stack
from tests.waiting import until

SAMPLES = Path(__file__).resolve().parents[2] / "docs" / "samples"
SITE = "Nordpark"
SLOW = 60_000  # milliseconds for work in the background


def simulator(demo: Stack) -> Simulator:
    return Simulator(demo.env["SIMULATOR_URL"], os.environ["SIMULATOR_TOKEN"], timeout=20)


def known_pins(demo: Stack, device: Device, name: str) -> list[str]:
    """The PINs of a person, by the memory of the device."""
    with simulator(demo) as line:
        items = line.memory(device.mac)["items"]
    return [pin for item in items if item["on"] and item.get("name") == name for pin in item["pins"]]


def import_sheet(page: Page, name: str, rows: int) -> None:
    """Choose the file, read the verdict, import, wait for the end."""
    page.set_input_files("input[type=file]", SAMPLES / name)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name=f"Import {rows} rows").click(timeout=SLOW)
    expect(page.locator("main")).to_contain_text(f"Imported all {rows} rows", timeout=SLOW)


def type_pin(page: Page, device: Device, pin: str) -> None:
    """Stand before the door and press the keys."""
    page.goto(f"/simulator/{device.pk}/")
    keypad = page.get_by_role("group", name="Keypad")
    for key in pin:
        keypad.get_by_role("button", name=re.compile(rf"^{key}")).click()
    expect(page.locator(".typed")).to_have_text(pin)  # fast fingers lose no key
    keypad.get_by_role("button", name="Hash, done").click()


def set_pin(page: Page, person: Residency, pin: str) -> None:
    """The manager gives a PIN."""
    page.goto(f"/access/{person.site_id}/residents/{person.pk}/")
    page.get_by_label("PIN", exact=False).first.fill(pin)
    page.get_by_role("button", name="Save access").click()
    expect(page.locator("body")).to_contain_text(f"Saved the access of {person.full_name}")


def test_the_main_job(demo: Stack, sign_in: Callable[..., Page]) -> None:
    installer = sign_in("installer")
    site = build_the_site(installer)
    manager = sign_in("manager")
    manager.goto(f"/sites/{site.pk}/residents/")
    manager.get_by_role("link", name="Import").click()
    import_sheet(manager, "members.xlsx", 100)
    door = Device.objects.get(site=site, name="North Entrance")
    person = Residency.objects.filter(site=site, kind="member", building__name="North Tower").earliest("pk")
    the_pin_opens(demo, manager, door, person)
    the_truth_while_it_is_away(demo, manager, door, person)


def build_the_site(page: Page) -> Site:
    """A community, 200 apartments and 60 devices from the sheet, and its manager."""
    page.get_by_role("link", name="Add community").click()
    page.get_by_label("Name").fill(SITE)
    page.get_by_role("button", name="Add community").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SITE)
    page.get_by_role("link", name="Devices", exact=True).last.click()
    page.get_by_role("link", name="Import").click()
    import_sheet(page, "community.xlsx", 203)
    site = Site.objects.get(name=SITE)
    assert Unit.objects.filter(site=site).count() == Residency.objects.filter(site=site).count() == 200
    online = DeviceState.objects.filter(device__site=site, online=True)
    until(lambda: online.count() == 60, 60, "not all 60 devices came on line")
    page.goto(f"/devices/site/{site.pk}/")
    expect(page.locator(".head")).to_contain_text("60 devices, 60 online, 0 off line.")
    page.goto(f"/sites/{site.pk}/")
    page.get_by_role("link", name="Managers").click()
    page.get_by_text("Tomás Herrera").first.click()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(rf"/sites/{site.pk}/$"))
    return site


def the_pin_opens(demo: Stack, page: Page, door: Device, person: Residency) -> None:
    """Seconds after the manager gave it; the log has it."""
    set_pin(page, person, "471119")
    until(lambda: known_pins(demo, door, person.full_name) == ["471119"], 20, "not known at the door")
    expect(page.locator("main")).to_contain_text(re.compile(r"All \d+ doors know"))
    type_pin(page, door, "471119")
    expect(page.locator(".screen")).to_contain_text("open", ignore_case=True)
    expect(page.locator(".screen")).to_contain_text(person.full_name)
    entries = DoorLog.objects.filter(device=door, response="success")
    until(lambda: entries.exists(), 20, "the door log has no entry")
    page.goto(f"/logs/{door.site_id}/doors/")
    row = page.locator("tbody tr").first
    expect(row).to_contain_text(person.full_name)
    expect(row).to_contain_text("Opened")
    assert "471119" not in page.content()


def the_truth_while_it_is_away(demo: Stack, page: Page, door: Device, person: Residency) -> None:
    """Before, during and after: the page says what the door has proven."""
    page.goto(f"/simulator/{door.pk}/")
    page.get_by_role("switch", name="Off line").check()
    page.get_by_role("button", name="Apply").click()
    state = DeviceState.objects.filter(device=door)
    until(lambda: not state.get().online, 20, "the portal does not know that the door is away")
    set_pin(page, person, "582220")
    expect(page.locator("main")).to_contain_text("is off line")
    expect(page.locator("main")).to_contain_text("catches up when it returns")
    assert known_pins(demo, door, person.full_name) == ["471119"], "it cannot know yet"
    page.goto(f"/devices/{door.pk}/")
    expect(page.locator("main")).to_contain_text("Pending")
    page.goto(f"/simulator/{door.pk}/")
    page.get_by_role("switch", name="Off line").uncheck()
    page.get_by_role("button", name="Apply").click()
    until(lambda: known_pins(demo, door, person.full_name) == ["582220"], 30, "the door does not catch up")
    type_pin(page, door, "471119")
    expect(page.locator(".beam")).to_contain_text("refused")
    page.goto(f"/sites/{person.site_id}/residents/{person.pk}/")
    expect(page.locator("main")).to_contain_text(re.compile(r"All \d+ doors know"))
