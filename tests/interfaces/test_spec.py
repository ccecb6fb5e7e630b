from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.spec import Spec, split_names, split_target


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
        ("C:/to/file.py:Class[k=3]", "C:/to/file.py:Class", {"k": 3}),
        ("C:\\to\\file.py:Class", "C:\\to\\file.py:Class", {}),
        ("a,b/file.py:Class[k=3]", "a,b/file.py:Class", {"k": 3}),
        ("a[1]/file.py:Class", "a[1]/file.py:Class", {}),
        ("a[1]/file.py:Class[k=(1,2)]", "a[1]/file.py:Class", {"k": (1, 2)}),
        ("a[k=1]/file.py:Outer.Class", "a[k=1]/file.py:Outer.Class", {}),
        ("it's/file.py:Class[how='a b']", "it's/file.py:Class", {"how": "a b"}),
        ("bad[how='a,b']", "bad", {"how": "a,b"}),
        ('bad[how="a]=b",k=1]', "bad", {"how": "a]=b", "k": 1}),
        ("bad[how='it\\'s, so',k=1]", "bad", {"how": "it's, so", "k": 1}),
        ("bad[how=['a,b', 'c'],k={'x': 1, 'y': 2}]", "bad", {"how": ["a,b", "c"], "k": {"x": 1, "y": 2}}),
        ("bad[how=it's]", "bad", {"how": "it's"}),
        ("bad[file='a.py:B[1]']", "bad", {"file": "a.py:B[1]"}),
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
        ("knn[k=a,b]", "cannot read 'b' .*: write param=value, and a value with a comma in quotes"),
        ("knn[k=(1]", "write name or name"),
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


def test_commas_in_quotes_and_in_names_of_files_split_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("a,b", "a[1]", "C:"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "d.py").write_text("", encoding="utf-8")

    assert split_names("bad[how='a,b'],pca") == ["bad[how='a,b']", "pca"]
    assert split_names("pca, a,b/d.py:D[k=(1,2)],a[1]/d.py:D,C:/d.py:D") == [
        "pca", "a,b/d.py:D[k=(1,2)]", "a[1]/d.py:D", "C:/d.py:D"
    ]  # fmt: skip
    assert split_names("a,c/d.py:D") == ["a", "c/d.py:D"]
    assert split_names("C:/d.py:D[k=1],C:/d.py:D,C:/d.py:D[k=2]") == ["C:/d.py:D[k=1]", "C:/d.py:D", "C:/d.py:D[k=2]"]


@pytest.mark.parametrize(
    ("target", "parts"),
    [
        ("a.b:C", ("a.b", "C")),
        ("a.b", ("a.b", "")),
        ("dir/f.py:C", ("dir/f.py", "C")),
        ("C:/dir/f.py:C", ("C:/dir/f.py", "C")),
        ("C:\\dir\\f.py", ("C:\\dir\\f.py", "")),
        ("x.py:y/f.py:C", ("x.py:y/f.py", "C")),
    ],
)
def test_a_target_is_split_at_its_last_colon(target: str, parts: tuple[str, str]) -> None:
    assert split_target(target) == parts


@given(st.dictionaries(st.from_regex(r"[a-z]{1,3}", fullmatch=True), st.text(max_size=8), max_size=3))
def test_the_text_of_a_spec_with_quoted_words_reads_back(params: dict[str, str]) -> None:
    marked = {key: f"{value}," for key, value in params.items()}

    assert Spec.parse(str(Spec("m", marked))) == Spec("m", marked)


@given(
    st.dictionaries(
        st.sampled_from(("a", "b")),
        st.one_of(
            st.sampled_from(("none", "True", "5", "1e3", "(1, 2)", "None")),
            st.text(max_size=4),
            st.booleans(),
            st.none(),
            st.integers(),
        ),
    )
)
def test_the_text_of_a_spec_reads_back_with_the_types_of_its_values(params: dict[str, object]) -> None:
    read = Spec.parse(str(Spec("m", params))).params

    assert read == params
    assert {key: type(value) for key, value in read.items()} == {key: type(value) for key, value in params.items()}
