from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.registry import DATASETS, PROTOCOLS

SCENARIOS = ("row-split", "grouped", "injected")


@pytest.fixture(scope="module")
def recordings():
    return DATASETS.build("google-2019").load("twin")


def task(recordings, scenario, seed=0, **params):
    body = ",".join([f"scenario={scenario}", "rows=4000", *(f"{key}={value}" for key, value in params.items())])
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


def test_changing_test_rows_changes_no_data_of_the_fit(recordings):
    made = task(recordings, "grouped")
    spoiled = recordings[0].values.copy()
    spoiled[np.isin(recordings[0].groups, np.unique(made.test.groups))] *= 3
    again = task([replace(recordings[0], values=spoiled)], "grouped")
    assert not np.array_equal(made.test.values, again.test.values)
    assert np.array_equal(made.train.values, again.train.values)
    assert np.array_equal(made.validation.values, again.validation.values)


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
