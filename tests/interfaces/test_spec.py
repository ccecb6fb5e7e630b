from __future__ import annotations

import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.spec import Spec, split_names


@pytest.mark.parametrize(
    ("text", "name", "params"),
    [
        ("knn", "knn", {}),
        (" knn ", "knn", {}),
        ("knn[]", "knn", {}),
        ("knn[k=5]", "knn", {"k": 5}),
        ("knn[k=5, scale=robust]", "knn", {"k": 5, "scale": "robust"}),
        ("pca[share=0.9,whiten=true,seed=none]", "pca", {"share": 0.9, "whiten": True, "seed": None}),
        ("mlp[hidden=(64, 32),rate=1e-3]", "mlp", {"hidden": (64, 32), "rate": 1e-3}),
        ("mlp[hidden=[64,32],note='a b']", "mlp", {"hidden": [64, 32], "note": "a b"}),
        ("nest[inner=knn[k=5,p=2],k=1]", "nest", {"inner": "knn[k=5,p=2]", "k": 1}),
        ("smd[machine=1-2]", "smd", {"machine": "1-2"}),
        ("path/to/file.py:Class[k=3]", "path/to/file.py:Class", {"k": 3}),
    ],
)
def test_parsing(text: str, name: str, params: dict[str, object]) -> None:
    spec = Spec.parse(text)
    assert (spec.name, spec.params) == (name, params)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "write name or name"),
        ("knn[k=5", "write name or name"),
        ("knn[5]", "cannot read '5' in 'knn\\[5\\]': write param=value"),
        ("knn[=5]", "write param=value"),
        ("knn[k=5,k=6]", "'k' is given twice"),
    ],
)
def test_what_cannot_be_read_is_explained(text: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Spec.parse(text)


def test_text_is_canonical() -> None:
    one, other = Spec.parse("knn[scale=robust, k=5]"), Spec.parse("knn[k=5,scale=robust]")
    assert str(one) == str(other) == "knn[k=5,scale=robust]"
    assert one == other
    assert hash(one) == hash(other)
    assert Spec.parse(str(one)) == one
    assert Spec.parse(one) is one
    assert str(Spec("knn")) == "knn"


def test_a_list_of_specs_is_split_outside_brackets_only() -> None:
    assert split_names("knn[k=5,p=2], pca ,mlp[hidden=(1,2)],") == ["knn[k=5,p=2]", "pca", "mlp[hidden=(1,2)]"]
    assert split_names("") == []
