import pytest

from benchmark.cli.plugin import check_dataset, check_method, check_methods
from benchmark.interfaces.errors import BenchmarkError, PluginError

SOURCE = """
from dataclasses import dataclass
from typing import ClassVar

from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.detector import Detector


class NoDetector:
    pass


@dataclass(kw_only=True)
class Unfinished(Detector):
    supervision: ClassVar[str] = "unsupervised"

    def fit(self, train, validation):
        pass


class Bare(Unfinished):
    power: float = 1.0

    def score(self, recording):
        return recording.values[:, 0]


@dataclass(kw_only=True)
class Misspelt(Bare):
    supervision: ClassVar[str] = "superviced"


@dataclass(kw_only=True)
class Nameless(Dataset):
    def files(self, root):
        return []

    def read(self, root):
        return []
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("plugin") / "mine.py"
    path.write_text(SOURCE)
    return path


@pytest.mark.parametrize(
    ("check", "name", "message"),
    [
        (check_method, "", "names a file: write .*mine.py:Class"),
        (check_method, ":NoDetector", "is no subclass of benchmark.interfaces.detector.Detector"),
        (check_method, ":Nameless", "is no subclass of benchmark.interfaces.detector.Detector"),
        (check_method, ":Unfinished", "lacks score"),
        (check_method, ":Bare", "@dataclass"),
        (check_method, ":Misspelt[power=2]", "supervision = 'superviced'; write one of none, unsupervised"),
        (check_method, ":Absent", "has no class 'Absent'; it has Bare, Misspelt, Nameless, NoDetector, Unfinished"),
        (check_dataset, "", "names a file: write .*mine.py:Class"),
        (check_dataset, ":Bare", "is no subclass of benchmark.interfaces.dataset.Dataset"),
        (check_dataset, ":Nameless", "has no metadata"),
    ],
)
def test_a_wrong_class_is_one_clear_error(file, check, name, message):
    with pytest.raises(BenchmarkError, match=message):
        check(f"{file}{name}")


@pytest.mark.parametrize(
    ("check", "name", "message"),
    [
        (check_method, "KNN", "did you mean knn"),
        (check_dataset, "SMD", "did you mean smd"),
        (check_dataset, "data.txt", "no table by its name: expected .csv"),
        (check_dataset, "folder", "is a folder: name a file, or a pattern such as 'folder/"),
    ],
)
def test_a_name_that_is_nearly_right_is_answered_by_the_right_one(tmp_path, monkeypatch, check, name, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.txt").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(BenchmarkError, match=message):
        check(name)


def test_a_class_that_a_file_imports_or_makes_is_found(tmp_path):
    (tmp_path / "helper.py").write_text(SOURCE)
    (tmp_path / "mine.py").write_text("from helper import Bare as Base\n\nNoise = Base\n\nclass Other:\n    pass\n")
    for name in ("Base", "Noise"):
        with pytest.raises(BenchmarkError, match="@dataclass"):  # found, and incomplete as in the helper
            check_method(f"{tmp_path / 'mine.py'}:{name}")


def test_registered_classes_pass():
    check_method("knn[k=3]")
    check_dataset("smd[checked=true]")


def test_a_class_that_the_file_lacks_is_named_with_those_that_it_has(tmp_path):
    (tmp_path / "mine.py").write_text("class First:\n    pass\n\n\nSecond = First\n")
    with pytest.raises(PluginError, match=r"mine\.py has no class 'Nope'; it has First$"):
        check_methods([f"{tmp_path / 'mine.py'}:Nope"])
