"""axe-core finds nothing serious on any page, in either direction and either set of colours."""

from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.search]

PATHS = {
    "front": "/?",
    "results": f"/?q={quote('ایران')}&language=fa&first=1",
    "nothing": f"/?q={quote('ایران')}&place=Nowhere&from=x",
    "document": f"/documents/visit-fa?q={quote('مسکو')}",
    "versions": "/documents/draft-2?",
    "comparison": "/documents/draft-2/compare/draft-1?",
    "explanation": f"/explain?text={quote('المدرسة')}",
    "error": "/nope?",
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize(("ui", "theme"), [("fa", "light"), ("ar", "dark"), ("en", "light")])
@pytest.mark.parametrize("name", PATHS)
def test_axe(browser: Browser, address: str, name: str, ui: str, theme: str) -> None:
    # axe runs in the page, which the page's own policy forbids; only for this test it is set aside.
    with browser.new_context(base_url=address, bypass_csp=True, viewport={"width": 1100, "height": 800}) as context:
        page = context.new_page()
        page.goto(f"{PATHS[name]}&ui={ui}&theme={theme}")
        for summary in page.locator("summary").all():
            summary.click()
        results = Axe().run(page, options=RULES)
        assert [
            (v["id"], v["impact"], [n["html"] for n in v["nodes"]][:3]) for v in results.response["violations"]
        ] == []
        assert len(results.response["passes"]) > 15
