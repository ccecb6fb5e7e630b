"""Numbers of a section unit by unit."""

import pytest

from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Result
from benchmark.interfaces.profiles import PROFILES
from benchmark.papers.threat_detection.sections import COMBINED, SECTIONS, TRADITIONAL
from benchmark.papers.threat_detection.table1 import Table1
from benchmark.papers.threat_detection.units import EVENTS_A_DAY, summarise_units, units
from tests.papers.threat_detection.made_up import made_up

REAL = Setting("real", PROFILES["smoke"])  # two seeds
RULES, SIGNATURES = TRADITIONAL


def runs_of(key, row, recall=None):
    cells = [point.cell for point in Table1().section_points(REAL, key, row)]
    found = made_up(cells, recall) if recall else made_up(cells)
    return [(cell, found[cell]) for cell in cells]


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("nsl-kdd known-kind", {"flood", "scan"}),  # four connections of a kind are too few
        ("nsl-kdd unseen-kind", {"flood", "scan"}),
        ("nsl-kdd new-kind", {"worm"}),
        ("adfa-ld known-kind", {"break_1", "break_2"}),
        ("adfa-ld unseen-kind", {"break_1", "break_2"}),  # of the incidents that known-kind tests
        ("cloudtrail known-kind", {"execution 1"}),
        ("cloudtrail unseen-kind", {"execution 1", "execution 2"}),
    ],
)
@pytest.mark.parametrize("row", TRADITIONAL, ids=lambda row: row.label)
def test_every_row_of_a_section_is_measured_on_the_same_attacks(key, names, row):
    found = units(SECTIONS[key], runs_of(key, row))
    assert {seed: set(rows) for seed, rows in found.items()} == {0: names, 1: names}


def test_a_unit_counts_once_however_many_points_it_has():
    values = {"flood": 1.0, "scan": 0.0}
    runs = runs_of("nsl-kdd known-kind", RULES, lambda method, unit, seed: values.get(unit, 0.7))
    for metric in ("Recall@1%", "Recall@5%-test", "AUC-ROC", "AUC-PR@prior"):
        assert summarise_units(SECTIONS["nsl-kdd known-kind"], runs, metric).values == (0.5, 0.5)


def test_a_detector_with_labels_is_measured_where_the_kind_is_left_out():
    runs = runs_of("adfa-ld unseen-kind", SIGNATURES)
    assert [cell.protocol for cell, _ in runs[:2]] == [
        "threat[rows=2000,scenario=known-kind]",
        "threat[rows=2000,scenario=unseen-kind]",
    ]
    found = summarise_units(SECTIONS["adfa-ld unseen-kind"], runs, "Recall@1%")
    assert [cell.protocol for cell in found.cells] == ["threat[rows=2000,scenario=unseen-kind]"] * 2
    assert found.values == pytest.approx((0.5, 0.501))
    assert {cell.protocol for cell, _ in runs_of("adfa-ld unseen-kind", RULES)} == {
        "threat[rows=2000,scenario=known-kind]"
    }


def test_rates_of_false_alarms_are_of_tasks_and_alerts_of_the_stated_events():
    section, runs = SECTIONS["adfa-ld known-kind"], runs_of("adfa-ld known-kind", RULES)
    assert summarise_units(section, runs, "False-Alarm-Rate@1%").values == pytest.approx((0.02, 0.021))
    alerts = summarise_units(section, runs, "Alerts-A-Day@1%")
    assert alerts.values == pytest.approx((0.02 * EVENTS_A_DAY, 0.021 * EVENTS_A_DAY))
    low, high = alerts.limits
    assert 0 < low < high < EVENTS_A_DAY


def test_incidents_and_times_are_given_where_there_are_any():
    def recall(method, unit, seed):
        return 0.0 if unit == "execution 1" else 0.2

    runs = runs_of("cloudtrail unseen-kind", RULES, recall)
    section = SECTIONS["cloudtrail unseen-kind"]
    assert summarise_units(section, runs, "Incidents@1%").values == (0.5, 0.5)
    assert summarise_units(section, runs, "Time-To-Alert@1%").values == (30.0, 30.0)
    for _, result in runs:
        result.rows[0]["subgroups"]["incident"]["execution 1"]["Time-To-Alert@1%"] = None
    late = summarise_units(section, runs, "Time-To-Alert@1%")
    assert late.status == "UNDEFINED"
    assert "not found" in late.reason
    for key, metric in (("nsl-kdd known-kind", "Incidents@1%"), ("adfa-ld known-kind", "Time-To-Alert@1%")):
        assert summarise_units(SECTIONS[key], runs_of(key, RULES), metric).status == "NOT_APPLICABLE"


def test_intervals_are_over_incidents_where_there_are_incidents_and_over_seeds_elsewhere():
    def recall(method, unit, seed):
        return 0.1 if unit in ("break_1", "flood") else 0.9

    of_incidents = summarise_units(
        SECTIONS["adfa-ld known-kind"], runs_of("adfa-ld known-kind", RULES, recall), "Recall@1%"
    )
    assert of_incidents.interval.mean == pytest.approx(0.5)
    assert of_incidents.limits[0] < 0.3  # seeds agree, incidents do not
    assert of_incidents.limits[1] > 0.7
    of_seeds = summarise_units(
        SECTIONS["nsl-kdd known-kind"], runs_of("nsl-kdd known-kind", RULES, recall), "Recall@1%"
    )
    assert of_seeds.limits is None


def test_a_failed_cell_withholds_the_number_with_its_reason():
    runs = runs_of("adfa-ld unseen-kind", SIGNATURES)
    broken = [(cell, Result("TIMEOUT", "too slow") if "unseen" in cell.protocol else result) for cell, result in runs]
    found = summarise_units(SECTIONS["adfa-ld unseen-kind"], broken, "Recall@1%")
    assert (found.status, found.values) == ("TIMEOUT", ())
    assert found.reason.startswith("too slow; rerun:")
    assert len(found.cells) == 2


def test_a_section_without_an_attack_at_some_seed_has_no_number():
    runs = runs_of("nsl-kdd new-kind", COMBINED[0])
    del runs[0][1].rows[0]["subgroups"]["unit"]["unseen: worm"]
    found = summarise_units(SECTIONS["nsl-kdd new-kind"], runs, "Recall@1%")
    assert (found.status, found.reason) == ("UNDEFINED", "no attack of this section is in the test of every seed")
