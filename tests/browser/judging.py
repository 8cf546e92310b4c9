"""What is wrong with a page as a browser shows it."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.waiting import until

# Colours that are still on their way are judged by nobody; the pulse of a live mark never ends.
AT_REST = "document.getAnimations().every((one) => one.effect.getComputedTiming().iterations === Infinity)"
KNOWS_AXE = "typeof axe === 'object'"
# No style sheets are loaded anew, which our policy forbids; what is right is not listed, which takes longest.
# The rows of a table are made of the same cells: the first few stand for all of them.
JUDGE = """
async () => {
  const found = await axe.run(
    {exclude: [["tbody tr:nth-child(n + 6)"]]}, {preload: false, resultTypes: ["violations"]});
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target}`));
}
"""


def faults_of(page: Page) -> list[str]:
    """What axe finds once nothing moves any more, and whether the page is wider than its window."""
    until(lambda: page.evaluate(AT_REST), 10, "the page does not come to rest")
    if not page.evaluate(KNOWS_AXE):  # it stays for the next look at the same page
        page.evaluate(AXE_SCRIPT)
    faults: list[str] = page.evaluate(JUDGE)
    if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
        faults.append("too wide")
    return faults
