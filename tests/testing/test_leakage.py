"""The walk through all that a detector holds, and the labels that it finds."""

from types import SimpleNamespace

import numpy as np

from benchmark.testing import leakage
from tests.testing.detectors import Plain, found


class Tensor:
    """Behaves like a tensor of torch."""

    def __init__(self, value):
        self.value = np.array(value)

    def detach(self):
        return self

    cpu = detach

    def numpy(self):
        return self.value


class Module:
    """Behaves like a module of torch."""

    def __init__(self, value):
        self.weights = {"w": Tensor(value)}

    def state_dict(self):
        return self.weights


class Slots:
    __slots__ = ("a", "unset")

    def __init__(self):
        self.a = 5


def test_the_walk_reaches_attributes_items_slots_and_weights():
    class Root:
        def __init__(self):
            self.table, self.list, self.slots, self.net = {"k": np.arange(2)}, [1, (True,)], Slots(), Module([7.0])
            self.itself, self.nothing = self, None

    reached = dict(leakage.walk(Root()))
    assert sorted(reached) == [".list[0]", ".list[1][0]", ".net.state['w']", ".nothing", ".slots.a", ".table['k']"]
    assert reached[".slots.a"] == 5
    assert reached[".net.state['w']"].tolist() == [7.0]


def test_what_has_but_one_method_of_a_tensor_is_walked_by_its_attributes():
    for name in ("detach", "numpy"):
        assert dict(leakage.walk(SimpleNamespace(**{name: 3}))) == {f".{name}": 3}


def test_the_walk_ends_at_its_depth():
    nested = [[[[1]]]]
    assert [path for path, _ in leakage.walk(nested, depth=4)] == ["[0][0][0][0]"]
    assert list(leakage.walk(nested, depth=3)) == []
    holders = (lambda one: [one], lambda one: {"k": one}, lambda one: SimpleNamespace(a=one))
    for holder in holders:
        assert len(list(leakage.walk(holder(holder(1)), depth=2))) == 1
        assert list(leakage.walk(holder(holder(1)), depth=1)) == []
    assert len(list(leakage.walk(Module([7.0]), depth=2))) == 1
    assert list(leakage.walk(Module([7.0]), depth=1)) == []
    deep = 1
    for _ in range(leakage.DEPTH):
        deep = [deep]
    assert len(list(leakage.walk(deep))) == 1
    assert list(leakage.walk([deep])) == []


def test_the_state_of_a_detector_is_that_of_all_it_holds():
    one, same, other, renamed = (Plain(seed=0) for _ in range(4))
    one.mean, same.mean, other.mean, renamed.average = np.ones(2), np.ones(2), np.array([1, 2.0]), np.ones(2)
    states = [leakage.state_of(detector) for detector in (one, same, other, renamed)]
    assert states[0] == states[1]
    assert len(set(states)) == 3
    one.names = same.names = np.array(["a", None], object)
    assert leakage.state_of(one) == leakage.state_of(same)


def test_a_label_that_reaches_fit_is_named(monkeypatch):
    class Leaky(leakage.Task):
        def for_fit(self, supervision):
            return self.train, self.validation

    monkeypatch.setattr(leakage, "Task", Leaky)
    finding = found(Plain, "no label reaches fit")
    assert finding.verdict == "fails"
    assert finding.text == "what reaches fit holds labels: recording.labels"


def test_the_state_is_that_of_every_value_and_not_of_its_place_in_memory():
    long = np.zeros(2000)
    other = long.copy()
    other[1000] = 1e-12
    assert leakage.state_of(SimpleNamespace(a=long)) == leakage.state_of(SimpleNamespace(a=long.copy()))
    assert leakage.state_of(SimpleNamespace(a=long)) != leakage.state_of(SimpleNamespace(a=other))
    texts = [SimpleNamespace(a=np.array(["".join(("a", "b")), "c"], object)) for _ in range(2)]
    assert leakage.state_of(texts[0]) == leakage.state_of(texts[1])
