"""Made-up results of these tests have five seeds, whatever number the real run has."""

import pytest

from benchmark.papers.threat_detection.sections import ThreatArtifact


@pytest.fixture(autouse=True)
def five_seeds(monkeypatch):
    monkeypatch.setattr(ThreatArtifact, "repetitions", 5)
