"""The shares that detectors give: a contract for every method that has them, and cases by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from baselines.rules.detector import Rules
from baselines.signatures.detector import Signatures
from baselines.stide import Stide
from benchmark.data.adfa_ld.calls import CALLS
from benchmark.interfaces.raw import Categorical, Ragged, Raw
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS
from benchmark.toolkit.ngrams import Ngrams
from tests.baselines.test_contract import fit, recording
from tests.fixtures.typed import rows

NAMES = [name for name in METHODS.names() if hasattr(METHODS.load(name), "attribution") and name != "rules"]
SHORT = {
    "cnn": "cnn[hidden=8,steps=20]",
    "lstm": "lstm[hidden=8,steps=20]",
    "vae": "vae[steps=60]",
    "gan": "gan[steps=60]",
    "transformer": "transformer[steps=20]",
}
WINDOWED = ("gan", "kmeans-ad", "norm", "pca", "sensor-range", "transformer", "vae")
SMEARING = {
    "gan": "its code spreads an outlier over the whole reconstruction",
    "pca": "its components spread an outlier over correlated channels",
    "signatures": "it blames the columns of attacks that it knows",
}
"""Methods that need not blame the only channel that is off, and why."""
ALPHABET = tuple("abcdefgh")
NGRAMS = Ngrams(2, 512)


def test_the_cheap_detectors_explain_themselves() -> None:
    wanted = {"gan", "kmeans-ad", "norm", "pca", "rules", "sensor-range", "signatures", "stide", "trailing-norm"}
    assert wanted | {"transformer", "vae"} <= {*NAMES, "rules"}


@pytest.mark.parametrize("name", NAMES)
def test_shares_sum_to_1_or_are_0(name: str) -> None:
    test = recording(60, 2).unlabelled()
    test.values[5], test.values[6] = 1e25, -1e25
    detector = fit(name, recording(300, 0), recording(100, 1), SHORT.get(name, ""))
    scores = detector.score(test).tobytes()
    shares = detector.attribution(test)
    assert shares.shape == test.values.shape
    assert (shares >= 0).all()
    total = shares.sum(axis=1)
    assert (np.isclose(total, 1) | (total == 0)).all()
    assert detector.attribution(test).tobytes() == shares.tobytes()
    assert detector.score(test).tobytes() == scores


@pytest.mark.parametrize("name", [name for name in NAMES if name not in SMEARING])
def test_a_channel_that_alone_is_far_off_has_the_largest_share(name: str) -> None:
    detector = fit(name, recording(300, 0), recording(100, 1), SHORT.get(name, ""))
    test = recording(1, 3).unlabelled()
    for channel in range(test.values.shape[1]):
        values = test.values.copy()
        values[:, channel] = 30
        assert detector.attribution(replace(test, values=values))[0].argmax() == channel


@pytest.mark.parametrize("name", WINDOWED)
def test_windows_give_shares_of_channels(name: str) -> None:
    spec = f"{name}[window=3,steps=20]" if name in SHORT else f"{name}[window=3]"
    shares = fit(name, recording(300, 0), recording(100, 1), spec).attribution(recording(40, 2).unlabelled())
    assert shares.shape == (40, 4)
    total = shares.sum(axis=1)
    assert (np.isclose(total, 1) | (total == 0)).all()
    assert total[10] == pytest.approx(1)  # an outlier


@pytest.mark.parametrize("name", ["gan", "transformer", "vae"])
def test_columns_of_every_kind_get_their_share(name: str) -> None:
    detector = fit_typed(name)
    test = rows(40, 5)
    values = test.values.copy()
    values[:, 5] = 0.9  # the rate is .5 ± .01
    shares = detector.attribution(replace(test, values=values))
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert name in SMEARING or (shares.argmax(axis=1) == 5).all()
    values = test.values.copy()
    values[:, 2:5] = np.roll(values[:, 2:5], 1, axis=1)
    whole = detector.attribution(replace(test, values=values))
    assert whole.shape == test.values.shape
    if name != "gan":  # the surprise of a category is in its column that is 1
        assert (whole[:, 2:5][values[:, 2:5] == 0] == 0).all()


def fit_typed(name: str):  # type: ignore[no-untyped-def]
    steps = 60 if name == "transformer" else 300
    detector = METHODS.build(f"{name}[hidden=16,steps={steps},learning_rate=0.005]", seed=0)
    detector.fit(rows(400, 0), rows(100, 1))
    return detector


def traces(*texts: str, labels: list[bool] | None = None) -> Recording:
    found = Ragged.of([np.array([ALPHABET.index(one) for one in text], np.int16) for text in texts], np.int16)
    return Recording(
        "t",
        NGRAMS.shares(found),
        NGRAMS.channels,
        None if labels is None else np.array(labels),
        modalities=("n-gram",) * NGRAMS.buckets,
        sequential=False,
        raw=Raw(sequences=found, alphabet=ALPHABET),
    )


def of_runs(test: Recording, shares: np.ndarray) -> dict[str, float]:
    """Share of each run of two symbols of the only sequence."""
    runs = NGRAMS.runs(test.raw.sequences)
    symbols = test.raw.sequences.values
    assert len(set(runs.columns.tolist())) == len({tuple(symbols[start : start + 2]) for start in runs.starts})
    return {
        "".join(ALPHABET[one] for one in symbols[start : start + 2]): round(float(shares[0, column]), 4)
        for start, column in zip(runs.starts, runs.columns, strict=True)
    }


def test_stide_blames_the_columns_of_its_unseen_runs() -> None:
    detector = Stide(width=2, by="share")
    detector.fit(traces("abcd"), traces("abcd"))
    test = traces("abcfgh")
    # Unseen: cf, fg, gh, with equal weight, half on each symbol: c ½, f 1, g 1, h ½. Half of c is in bc.
    assert of_runs(test, detector.attribution(test)) == {"ab": 0, "bc": 0.0833, "cf": 0.25, "fg": 0.3333, "gh": 0.3333}
    assert not detector.attribution(traces("abc")).any()


def test_the_worst_frame_counts_more_than_other_unseen_runs() -> None:
    detector = Stide(width=2, frame=3)
    detector.fit(traces("aaaabbbb"), traces("aaaabbbb"))
    test = traces("aacaaaaaaaabefb")
    found = of_runs(test, detector.attribution(test))
    assert min(found["be"], found["ef"], found["fb"]) > 5 * max(found["ac"], found["ca"]) > 0


def test_signatures_blame_the_columns_of_the_runs_that_match() -> None:
    detector = Signatures(width=2, run_support=1)
    train = traces("abab", "cdcd", "abef", "efef", labels=[False, False, True, True])
    detector.fit(train, train)
    test = traces("abef")
    found = of_runs(test, detector.attribution(test))
    assert found["ef"] > found["be"] > found["ab"] > 0  # of two attacks, of one, and a neighbour of it
    assert not detector.attribution(traces("abab")).any()


def test_signatures_blame_the_columns_that_a_pattern_compares() -> None:
    values = np.random.default_rng(0).random((400, 3)).astype(np.float32)
    train = Recording("r", values, tuple("abc"), values[:, 1] > 0.7, sequential=False)
    detector = Signatures(depth=1)
    detector.fit(train, train)
    shares = detector.attribution(train.unlabelled())
    np.testing.assert_array_equal(shares[train.labels], np.tile([0, 1, 0], (int(train.labels.sum()), 1)))
    assert not shares[~train.labels].any()


def test_rules_blame_the_calls_that_they_name() -> None:
    calls = ["open", "read", "ptrace", "read", "close"]
    found = Ragged.of([np.array([CALLS.index(one) for one in calls], np.int16)], np.int16)
    raw = Raw(sequences=found, alphabet=CALLS)
    test = Recording("r", NGRAMS.shares(found), NGRAMS.channels, modalities=("n-gram",) * 512, raw=raw)
    shares = Rules().attribution(test)
    named = NGRAMS.runs(found).columns[1:3]  # read ptrace, ptrace read
    assert shares[0].sum() == pytest.approx(1)
    assert shares[0, named].sum() == pytest.approx(1)


def test_rules_blame_the_columns_that_they_name() -> None:
    from baselines.rules.handwritten import connection_rules
    from benchmark.data.nsl_kdd.schema import CATEGORIES, CHANNELS

    numbers = {name: np.zeros(2, np.float32) for name in CHANNELS}
    numbers["count"], numbers["serror_rate"] = np.float32([200, 0]), np.float32([1, 0])
    categories = {name: Categorical(np.zeros(2, np.int16), ("usual",)) for name in CATEGORIES}
    categories["flag"] = Categorical(np.array([0, 1], np.int16), ("S0", "SF"))
    channels = (*CHANNELS, "flag=S0", "flag=(other)")
    values = np.stack([*numbers.values(), np.float32([1, 0]), np.float32([0, 1])], axis=1)
    kinds = (*["count"] * len(CHANNELS), "category:flag", "category:flag")
    test = Recording("r", values, channels, modalities=kinds, sequential=False, raw=Raw(numbers, categories))
    shares = Rules().attribution(test)
    hit = [rule.name for rule in connection_rules() if rule.matches(test.raw)[0]]
    assert hit == ["syn-flood"]
    blamed = {channels[place]: share for place, share in enumerate(shares[0]) if share}
    assert blamed == pytest.approx({"count": 1 / 3, "serror_rate": 1 / 3, "flag=S0": 1 / 3})
    assert not shares[1].any()


def test_rules_on_events_name_no_channel() -> None:
    event = b'{"eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging"}'
    raw = Raw(documents=Ragged.of([np.frombuffer(event, np.uint8)], np.uint8))
    test = Recording("r", np.zeros((1, 1), np.float32), ("c",), raw=raw)
    assert Rules().score(test)[0] > 0
    assert not Rules().attribution(test).any()
