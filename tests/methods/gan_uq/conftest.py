import pytest

from tests.fixtures.plane import PRESETS, SMALL, fitted


@pytest.fixture(scope="module", params=PRESETS)
def detector(request):
    return fitted(f"gan-uq[preset={request.param},{SMALL}]")


@pytest.fixture(scope="module")
def corrected():
    return fitted(f"gan-uq[{SMALL}]")
