"""The report on the committed tables and figures of all papers, in a real browser."""

import base64

import pytest

from benchmark.engine.store import Store
from benchmark.report.render import write_report
from tests.docs.blocks import ROOT

A4 = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": True}


@pytest.fixture(scope="module")
def whole(browser, tmp_path_factory):
    """The page, opened from disk, and its size in bytes."""
    out = tmp_path_factory.mktemp("whole")
    for folder in ("tables", "figures"):
        (out / folder).symlink_to(ROOT / folder)
    page = write_report(out, Store(out / "store"), None)
    browser.get(page.as_uri())
    return browser, page.stat().st_size


def test_it_stays_below_15_megabytes_and_prints_on_15_pages(whole):
    browser, size = whole
    assert size < 15_000_000
    printed = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", A4)["data"])
    assert 5 <= printed.count(b"/Type /Page\n") <= 15


@pytest.mark.parametrize("width", [390, 1400])
def test_it_never_scrolls_sideways(whole, width):
    browser, _ = whole
    screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
