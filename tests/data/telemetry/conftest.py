import pytest

from benchmark.interfaces.registry import DATASETS


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Write a file into an empty working folder and load it by its name with parameters."""
    monkeypatch.chdir(tmp_path)

    def loaded(content, parameters="", name="t.csv"):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        dataset = DATASETS.build(f"{name}[{parameters}]" if parameters else name)
        return dataset.load("real"), " | ".join(dataset.notes)

    return loaded
