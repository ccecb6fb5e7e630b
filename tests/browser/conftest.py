"""A headless browser that is on this machine already; nothing is installed or downloaded for it."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.report.conftest import page

__all__ = ["browser", "page"]


@pytest.fixture(scope="session")
def browser():
    """Chromium, driven by Selenium; skipped where one of them is missing."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.skip("no chromium and chromedriver on this machine (Debian: chromium, chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    arguments = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # chromium's sandbox does not start for root, as in a container
    for argument in arguments:
        options.add_argument(argument)
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield found
    found.quit()
