"""What is wrong with a page as a browser shows it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# No style sheets are loaded anew, which our policy forbids; what is right is not listed, which takes longest.
OPTIONS = {"preload": False, "resultTypes": ["violations"]}


def faults_of(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than its window."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    faults = [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]
    if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
        faults.append("too wide")
    return faults
