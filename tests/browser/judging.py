"""What is wrong with a page as a browser shows it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.waiting import until

# Colours that are still on their way are judged by nobody; the pulse of a live mark never ends.
AT_REST = "document.getAnimations().every((one) => one.effect.getComputedTiming().iterations === Infinity)"
# No style sheets are loaded anew, which our policy forbids; what is right is not listed, which takes longest.
OPTIONS = {"preload": False, "resultTypes": ["violations"]}


def faults_of(page: Page) -> list[str]:
    """What axe finds once nothing moves any more, and whether the page is wider than its window."""
    until(lambda: page.evaluate(AT_REST), 10, "the page does not come to rest")
    found = Axe().run(page, options=OPTIONS).response["violations"]
    faults = [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]
    if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
        faults.append("too wide")
    return faults
