from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.registry import DATASETS, PROTOCOLS
from benchmark.protocols.google_2019.injection import KINDS
from benchmark.protocols.split import SHARES, effective_groups

SCENARIOS = ("row-split", "grouped", "injected")


@pytest.fixture(scope="module")
def recordings():
    return DATASETS.build("google-2019").load("twin")


def task(recordings, scenario, seed=0, **params):
    body = ",".join(f"{key}={value}" for key, value in {"scenario": scenario, "rows": 4000, **params}.items())
    (only,) = PROTOCOLS.build(f"google-2019[{body}]").tasks("google-2019", recordings, seed)
    return only


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_parts_are_finite_labelled_and_free_of_identifiers(recordings, scenario):
    made = task(recordings, scenario)
    for part in (made.train, made.validation, made.test, made.train_unlabelled, made.validation_unlabelled):
        assert np.isfinite(part.values).all()
        assert part.channels == made.train.channels
        assert not {"time", "collection_id", "machine_id", "instance_index"} & set(part.channels)
    assert made.test.labels.any()
    assert not made.test.labels.all()


def test_each_scenario_has_the_label_that_it_is_described_with(recordings):
    (whole,) = recordings
    failed = set(whole.covariates["event"][whole.labels])
    assert failed.isdisjoint(whole.covariates["event"][~whole.labels])
    for part in (task(recordings, "row-split").train, task(recordings, "row-split").test):
        assert np.array_equal(part.labels, part.covariates["label:kaggle"])
        assert not np.array_equal(part.labels, np.isin(part.covariates["event"], list(failed)))
    for part in (task(recordings, "grouped").train, task(recordings, "grouped").test):
        assert np.array_equal(part.labels, np.isin(part.covariates["event"], list(failed)))
    for part in (task(recordings, "injected").train, task(recordings, "injected").test):
        assert np.array_equal(part.labels, part.covariates["kind"] > 0)
        assert failed.isdisjoint(part.covariates["event"])
        normal = part.values[~part.labels]
        assert (normal[:, part.channels.index("avg_cpu")] > 0).all()


@pytest.mark.parametrize("scenario", ["grouped", "injected"])
def test_no_collection_is_on_two_sides(recordings, scenario):
    made = task(recordings, scenario)
    sides = [set(part.groups) for part in (made.train, made.validation, made.test)]
    for one, two in combinations(sides, 2):
        assert not one & two


def test_row_split_leaks_collections_as_common_practice_does(recordings):
    made = task(recordings, "row-split")
    assert len(set(made.train.groups) & set(made.test.groups)) > 10


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_unsupervised_detectors_never_get_a_label(recordings, scenario):
    for part in task(recordings, scenario).for_fit("unsupervised"):
        assert part.labels is None
        assert part.groups is None
        assert part.time is None
        assert not part.covariates
    assert task(recordings, scenario).test_inputs.labels is None
    assert all(part.labels is not None for part in task(recordings, scenario).for_fit("supervised"))


@pytest.mark.parametrize("share", [0.05, 0.4])
def test_injected_share_is_the_share_of_labelled_rows(recordings, share):
    made = task(recordings, "injected", share=share)
    for part in (made.train, made.validation, made.test):
        assert part.labels.sum() == round(share * len(part))


def test_unsupervised_training_is_clean_unless_contaminated(recordings):
    clean, dirty = task(recordings, "injected"), task(recordings, "injected", contamination=0.1)
    normal = ~clean.train.labels
    assert np.array_equal(clean.train.values[normal], clean.train_unlabelled.values[normal])
    cpu = clean.train_unlabelled.channels.index("avg_cpu")  # never missing, so imputation leaves it alone
    changed = clean.train_unlabelled.values[:, cpu] != dirty.train_unlabelled.values[:, cpu]
    assert changed.mean() == pytest.approx(0.1, abs=0.01)


def test_shares_and_severities_of_a_sweep_use_the_same_rows(recordings):
    one, two = task(recordings, "injected", share=0.01), task(recordings, "injected", severity="severe")
    assert np.array_equal(one.train_unlabelled.values, two.train_unlabelled.values)
    assert np.array_equal(one.test.groups, two.test.groups)


def test_seed_changes_the_split_and_nothing_else_does(recordings):
    again, other = task(recordings, "grouped"), task(recordings, "grouped", seed=1)
    assert np.array_equal(task(recordings, "grouped").test.values, again.test.values)
    assert set(other.test.groups) != set(again.test.groups)


@pytest.mark.parametrize(("scenario", "training_rows"), [("grouped", 0), ("grouped", 500), ("injected", 500)])
def test_changing_test_rows_changes_no_data_of_the_fit(recordings, scenario, training_rows):
    made = task(recordings, scenario, training_rows=training_rows)
    spoiled = recordings[0].values.copy()
    spoiled[np.isin(recordings[0].groups, np.unique(made.test.groups))] *= 3
    again = task([replace(recordings[0], values=spoiled)], scenario, training_rows=training_rows)
    assert not np.array_equal(made.test.values, again.test.values)
    for part in ("train", "validation", "train_unlabelled", "validation_unlabelled"):
        assert np.array_equal(getattr(made, part).values, getattr(again, part).values)


@pytest.mark.parametrize("text", ["google-2019[share=0.9]", "google-2019[scenario=fair]", "google-2019[sahre=0.1]"])
def test_a_wrong_parameter_is_named(text):
    with pytest.raises(ParameterError, match=r"share|scenario"):
        PROTOCOLS.build(text)


def test_imputation_is_learnt_from_training_rows(recordings):
    made = task(recordings, "grouped")
    assert any(channel.startswith("missing:") for channel in made.train.channels)
    flags = [n for n, channel in enumerate(made.train.channels) if channel.startswith("missing:")]
    assert set(np.unique(made.test.values[:, flags])) <= {0.0, 1.0}


def test_load_is_computed_before_injection(recordings):
    few, many = task(recordings, "injected", share=0.01), task(recordings, "injected", share=0.4, severity="severe")
    assert np.array_equal(few.groupings["load"].index, many.groupings["load"].index)


def test_global_random_state_has_no_effect_on_a_task(recordings):
    made = []
    for seed in (1, 2):
        np.random.seed(seed)  # noqa: NPY002
        made.append(task(recordings, "injected"))
    assert made[0].test.values.tobytes() == made[1].test.values.tobytes()
    assert np.array_equal(made[0].test.labels, made[1].test.labels)


def test_load_levels_cover_the_test_rows(recordings):
    made = task(recordings, "injected")
    load = made.groupings["load"]
    assert len(load.names) == 6
    assert not load.with_normal
    assert (load.index >= 0).mean() > 0.5


def test_a_share_of_real_anomalies_drops_rows(recordings):
    made, natural = task(recordings, "row-split", share=0.1), task(recordings, "row-split")
    assert made.test.labels.mean() == pytest.approx(0.1, abs=0.01)
    assert len(made.test) < len(natural.test)
    assert np.array_equal(made.train_unlabelled.values, natural.train_unlabelled.values)
    clean = task(recordings, "row-split", contamination=0)
    assert len(clean.train_unlabelled) == (~natural.train.labels).sum()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_training_rows_cut_the_training_part_alone(recordings, scenario):
    whole, cut = task(recordings, scenario), task(recordings, scenario, training_rows=700)
    assert len(cut.train) == len(cut.train_unlabelled) == 700
    assert len(whole.train) > 2000
    assert cut.train.labels.mean() == pytest.approx(whole.train.labels.mean(), abs=0.002)
    assert np.array_equal(whole.test.labels, cut.test.labels)
    assert np.array_equal(whole.test.groups, cut.test.groups)
    assert len(whole.validation) == len(cut.validation)
    wider = task(recordings, scenario, training_rows=1_000_000)
    assert np.array_equal(wider.train.values, whole.train.values)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_detectors_with_and_without_labels_have_the_same_rows(recordings, scenario):
    made = task(recordings, scenario, training_rows=700)
    normal = ~made.train.labels if scenario == "injected" else slice(None)
    assert np.array_equal(made.train.values[normal], made.train_unlabelled.values[normal])


@pytest.mark.parametrize("scenario", ["row-split", "grouped"])
def test_training_rows_are_drawn_after_rows_are_dropped_for_a_share(recordings, scenario):
    made = task(recordings, scenario, training_rows=500, share=0.05, contamination=0)
    assert len(made.train) == len(made.train_unlabelled) == 500
    assert made.train.labels.sum() == 25
    assert not made.hidden_validation_labels.any()
    assert len(made.validation_unlabelled) == len(made.hidden_validation_labels)


def test_a_contaminated_injection_has_its_share_in_the_rows_that_are_left(recordings):
    clean, dirty = (task(recordings, "injected", training_rows=500, contamination=share) for share in (0.0, 0.4))
    cpu = clean.train_unlabelled.channels.index("avg_cpu")
    changed = clean.train_unlabelled.values[:, cpu] != dirty.train_unlabelled.values[:, cpu]
    assert 0.3 < changed.mean() <= 0.4  # a change may be smaller than the resolution of the file
    assert dirty.hidden_validation_labels.mean() == pytest.approx(0.4, abs=0.001)
    assert not clean.hidden_validation_labels.any()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_sample_is_random_rows_of_the_whole_file(recordings, scenario):
    made = task(recordings, scenario, rows=2000)
    assert len(made.train) + len(made.validation) + len(made.test) == 2000
    groups = np.concatenate([part.groups for part in (made.train, made.validation, made.test)])
    largest = np.bincount(np.unique(groups, return_inverse=True)[1]).max()
    assert largest < 0.1 * 2000


@pytest.mark.parametrize("seed", range(3))
def test_splits_by_collection_keep_their_guards_or_say_so(recordings, seed):
    for scenario in ("grouped", "injected"):
        made = task(recordings, scenario, seed)
        parts = (made.train, made.validation, made.test)
        for part, share in zip(parts, SHARES, strict=True):
            assert abs(len(part) / 4000 - share) <= 0.2 * share or made.notes
        if scenario == "grouped" and not made.notes:
            whole = np.concatenate([part.labels for part in parts]).mean()
            for part in parts:
                assert abs(part.labels.mean() / whole - 1) <= 0.25
                assert effective_groups(np.unique(part.groups[part.labels], return_counts=True)[1]) >= 3


def test_a_guard_that_no_split_meets_is_in_the_notes(recordings):
    (recording,) = recordings
    single = replace(recording, labels=recording.labels & (recording.groups == recording.groups[recording.labels][0]))
    made = task([single], "grouped", rows=0)
    assert any("effective anomalous groups, fewer than 3" in note for note in made.notes)
    assert not task(recordings, "row-split").notes


def test_kinds_are_measured_against_all_normal_rows(recordings):
    made = task(recordings, "injected")
    kind = made.groupings["kind"]
    assert kind.with_normal
    assert kind.names == KINDS
    assert np.array_equal(kind.index >= 0, made.test.labels)
    assert np.bincount(kind.index[kind.index >= 0]).min() > 100
    assert "kind" not in task(recordings, "grouped").groupings


def test_no_exact_value_gives_a_kind_away(recordings):
    """No value that normal rows lack is that of a tenth of a kind. Near-copies of small values round to few others."""
    made = task(recordings, "injected", rows=20_000)
    kinds = made.test.covariates["kind"]
    for channel, values in zip(made.test.channels, made.test.values.T, strict=True):
        normal = np.unique(values[kinds == 0])
        for code in range(1, 4):
            found, counts = np.unique(values[kinds == code], return_counts=True)
            share = counts[~np.isin(found, normal)].max(initial=0) / counts.sum()
            assert share < 0.1, (channel, code, share)


@pytest.mark.parametrize("severity", ["mild", "moderate", "severe"])
def test_no_rule_on_one_or_two_channels_finds_a_kind_for_certain(recordings, severity):
    """The best rule of labelled training rows: no leaf has a precision of .9 and six tenths of a kind in test."""
    made = task(recordings, "injected", rows=20_000, severity=severity)
    train, test = (part.covariates["kind"] for part in (made.train, made.test))
    for code in range(1, 4):
        known, asked = (kinds[np.isin(kinds, (0, code))] > 0 for kinds in (train, test))
        rule = DecisionTreeClassifier(max_depth=2, criterion="entropy", random_state=0)
        rule.fit(made.train.values[np.isin(train, (0, code))], known)
        leaves = rule.apply(made.test.values[np.isin(test, (0, code))])
        for leaf in np.unique(leaves):
            inside = leaves == leaf
            precise, complete = asked[inside].mean() >= 0.9, (asked & inside).sum() >= 0.6 * asked.sum()
            assert not (precise and complete), (KINDS[code - 1], leaf)


def test_rows_without_collections_are_refused(recordings):
    with pytest.raises(DataError, match="no labels or no collections"):
        task([replace(recordings[0], groups=None)], "row-split")
