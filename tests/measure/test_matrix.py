"""The transfer matrix: pairing, intervals, verdicts, and cells that are measured once."""

import inspect
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import sparse, stats

from tlcourse.measure import (
    Curve,
    MeasureError,
    NotPaired,
    TransferMatrix,
    UnknownShots,
    cells,
    curves,
    few_shot_curve,
    matrix,
    paired_difference,
    transfer_matrix,
)
from tlcourse.transfer import linear_probe, majority_class

Y = np.repeat([0, 1, 2], [20, 24, 28])
DATA = SimpleNamespace(labels=Y)


def noise(seed=0):
    return np.random.default_rng(seed).normal(size=(len(Y), 4))


def clear(data):
    return noise() + 6 * np.eye(3, 4)[Y]


def vague(data):
    return noise(1) + 2 * np.eye(3, 4)[Y]


def blind(data):
    return noise(2)


SOURCES, BASELINES = {"clear": clear, "blind": blind}, {"vague": vague, "noise": lambda data: noise(3)}


@pytest.fixture(scope="module")
def measured():
    return transfer_matrix({"toy": DATA}, SOURCES, BASELINES, shots=(5, 1), repeats=8, cache=False)


@pytest.fixture
def draws(monkeypatch):
    """Count the repeats that are measured."""
    seen = []
    draw = curves._draw
    monkeypatch.setattr(curves, "_draw", lambda *args: seen.append(args) or draw(*args))
    return seen


def nearest_mean(X, y, seed):
    names = np.unique(y)
    means = np.stack([X[y == name].mean(axis=0) for name in names])
    return SimpleNamespace(
        predict=lambda X: names[((X[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)],
    )


def test_gain_is_the_paired_difference_from_the_best_baseline(measured):
    ours, theirs = (few_shot_curve(way(DATA), Y, shots=(1, 5), repeats=8) for way in (clear, vague))
    assert measured.best_baseline("toy", 5) == "vague"
    gain = measured.gain("toy", "clear", 5)
    expected = paired_difference(ours, theirs, 5)
    assert gain.values.tolist() == expected.values.tolist()
    assert gain.mean == expected.mean
    assert measured.accuracy("toy", "clear", 5) == ours.at(5)


def test_gain_over_another_baseline_is_larger(measured):
    best = measured.gain("toy", "clear", 5)
    assert measured.gain("toy", "clear", 5, over="noise").mean > best.mean
    with pytest.raises(MeasureError, match=r"No baseline of toy is called 'blind'"):
        measured.gain("toy", "clear", 5, over="blind")


def test_the_interval_is_students_with_shared_examples_and_all_comparisons(measured):
    gain = measured.gain("toy", "clear", 1)
    # Two sources at two numbers of shots, each against two baselines.
    assert measured.comparisons == 8
    held = np.round(0.3 * np.array([20, 24, 28]))
    shared = (held**2 / [20, 24, 28]).sum() / held.sum()
    factor = 1 / 8 + shared / (1 - shared)
    reach = stats.t.ppf(1 - 0.05 / 2 / 8, 7) * gain.values.std(ddof=1) * np.sqrt(factor)
    assert (gain.low, gain.high) == pytest.approx((gain.mean - reach, gain.mean + reach))
    # For few shots that is, but for rounding, the published factor.
    assert factor == pytest.approx(1 / 8 + 0.3 / 0.7, abs=0.02)


def test_shared_examples_are_training_ones_where_these_are_more_or_the_test_part_is_given():
    counts = np.array([20, 24, 28])
    assert matrix._overlap(Y, 10, {}) == pytest.approx((100 / counts).sum() / 30)
    test = np.zeros(len(Y), bool)
    test[[*range(10), *range(20, 30), *range(44, 54)]] = True
    assert matrix._overlap(Y, 2, {"test": test}) == pytest.approx((4 / (counts - 10)).sum() / 6)
    assert matrix._overlap(Y, 100, {"test": test, "up_to": True}) == 1


def test_repeats_that_share_all_examples_give_no_interval_and_no_verdict():
    test = np.arange(len(Y)) % 2 == 0
    options = {"test": test, "up_to": True, "cache": False}
    same = transfer_matrix({"toy": DATA}, SOURCES, BASELINES, shots=(100,), repeats=3, **options)
    assert np.isnan(same.gain("toy", "clear", 100).low)
    assert same.verdict("toy", "clear", 100) == "no evidence"


def test_a_source_that_equals_the_baseline_gives_no_evidence():
    twin = transfer_matrix({"toy": DATA}, {"twin": vague}, {"vague": vague}, (5,), cache=False)
    gain = twin.gain("toy", "twin", 5)
    assert (gain.low, gain.mean, gain.high) == (0, 0, 0)
    assert twin.verdict("toy", "twin", 5) == "no evidence"


def test_verdicts_follow_the_interval(measured):
    assert measured.verdict("toy", "clear", 5) == "helps"
    assert measured.verdict("toy", "blind", 5) == "hurts"
    assert measured.gain("toy", "blind", 5).high < 0 < measured.gain("toy", "clear", 5).low
    unsure = transfer_matrix(
        {"toy": DATA}, {"other": lambda data: noise(4)}, {"noise": blind}, (5,), cache=False
    )
    assert unsure.verdict("toy", "other", 5) == "no evidence"
    assert (unsure.count("no evidence"), unsure.count("helps")) == (1, 0)
    swapped = transfer_matrix({"toy": DATA}, {"a": blind}, {"b": lambda data: noise(4)}, (5,), cache=False)
    assert swapped.gain("toy", "a", 5).mean == -unsure.gain("toy", "other", 5).mean != 0
    assert swapped.verdict("toy", "a", 5) == "no evidence"
    assert repr(unsure).endswith("helps 0, hurts 0, no evidence 1 (of 1, at 95% for all together)")


def test_few_of_many_matrices_without_any_effect_have_a_verdict():
    """At 80 %, at most a fifth may; and the single interval covers the gain in other data as well."""
    rng, wrong = np.random.default_rng(0), 0
    for _ in range(60):
        y = rng.permutation(np.repeat([0, 1], 30))
        signal_ = np.eye(2, 6)[y]
        drawn = rng.normal(size=(4, 60, 6)) + signal_
        ways = [lambda data, X=X: X for X in drawn]
        null = transfer_matrix(
            {"a": SimpleNamespace(labels=y)},
            {"one": ways[0], "two": ways[1]},
            {"three": ways[2], "four": ways[3]},
            shots=(2, 8),
            level=0.8,
            cache=False,
            fit=nearest_mean,
        )
        wrong += null.count("no evidence") < 4
    assert wrong <= 60 * 0.2


def test_joined_matrices_correct_for_all_cells(measured):
    options = {"shots": (1, 5), "repeats": 8, "cache": False}
    more = transfer_matrix({"other": DATA}, {"clear": clear}, {"vague": vague}, seed=1, **options)
    both = measured.joined(more)
    assert both.targets == ("toy", "other")
    assert both.sources == ("clear", "blind")
    assert both.comparisons == 8 + 2
    assert both.gain("toy", "clear", 1).high > measured.gain("toy", "clear", 1).high
    assert ("other", "blind", 1) not in both.cells
    with pytest.raises(MeasureError, match="Nothing called 'blind' was measured on other"):
        both.gain("other", "blind", 1)


def test_matrices_that_contradict_each_other_are_not_joined(measured):
    options = {"repeats": 8, "cache": False}
    with pytest.raises(NotPaired, match="clear on toy is in both"):
        measured.joined(transfer_matrix({"toy": DATA}, {"clear": vague}, {"vague": vague}, (1, 5), **options))
    with pytest.raises(NotPaired, match="shots"):
        measured.joined(transfer_matrix({"b": DATA}, {"clear": clear}, {"vague": vague}, (1,), **options))
    with pytest.raises(MeasureError, match="vague is a source in one"):
        measured.joined(transfer_matrix({"b": DATA}, {"vague": clear}, {"noise": blind}, (1, 5), **options))
    other_draws = transfer_matrix({"toy": DATA}, {"new": clear}, {"old": vague}, (1, 5), seed=1, **options)
    with pytest.raises(NotPaired, match="other draws"):
        measured.joined(other_draws).gain("toy", "new", 1, over="vague")


def test_a_matrix_survives_a_file(measured):
    again = TransferMatrix.from_json(measured.to_json())
    assert again.cells == measured.cells
    for cell in measured.cells:
        assert again.gain(*cell) == measured.gain(*cell)
    json.loads(measured.to_json(), parse_constant=pytest.fail)


def test_dear_shots_may_have_fewer_repeats():
    few = transfer_matrix(
        {"toy": DATA}, {"clear": clear}, {"vague": vague}, (1, 5), repeats={1: 6, 5: 3}, cache=False
    )
    assert [len(few.gain("toy", "clear", shots).values) for shots in (1, 5)] == [6, 3]
    again = TransferMatrix.from_json(few.to_json())
    assert again.gain("toy", "clear", 5) == few.gain("toy", "clear", 5)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"sources": {"vague": clear}}, "no name twice"),
        ({"sources": {}}, "at least one of each"),
        ({"repeats": 1}, "at least two repeats"),
        ({"repeats": {1: 2, 5: 1}}, "at least two repeats"),
        ({"level": 95}, "between 0 and 1"),
    ],
)
def test_unusable_settings_are_refused(change, says):
    settings = {"sources": SOURCES, "baselines": BASELINES, "shots": (1, 5), **change}
    with pytest.raises(MeasureError, match=says):
        transfer_matrix({"toy": DATA}, **settings)


def test_mistyped_names_are_met_with_the_right_ones(measured):
    with pytest.raises(MeasureError, match="Did you mean 'toy'"):
        measured.best_baseline("toi", 5)
    with pytest.raises(MeasureError, match="Did you mean 'clear'"):
        measured.gain("toy", "claer", 5)
    with pytest.raises(MeasureError, match="Did you mean 'helps'"):
        measured.count("help")
    with pytest.raises(UnknownShots, match=r"choose from \[1, 5\]"):
        measured.verdict("toy", "clear", 3)


KEPT = {"shots": (1, 2), "repeats": 3}


def small(sources=None, data=DATA, **changes):
    return transfer_matrix(
        {"toy": data}, sources or {"clear": clear}, {"vague": vague}, **{**KEPT, **changes}
    )


def test_a_second_call_measures_nothing_and_gives_the_same(draws):
    first = small()
    assert len(draws) == 2 * 3
    second = small()
    assert len(draws) == 2 * 3
    assert second.gain("toy", "clear", 2) == first.gain("toy", "clear", 2)
    assert second.curves["toy", "clear"].values.tolist() == first.curves["toy", "clear"].values.tolist()
    assert isinstance(second.curves["toy", "clear"], Curve)


def test_a_new_source_is_all_that_is_measured_anew(draws):
    small()
    del draws[:]
    small({"clear": clear, "blind": blind})
    assert len(draws) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"shots": (1, 3)},
        {"repeats": 4},
        {"test_fraction": 0.4},
        {"scoring": "macro recall"},
        {"up_to": True},
        {"fit": majority_class},
        {"test": np.arange(len(Y)) % 2 == 0},
        {"test": np.arange(len(Y)) % 2 == 1},
        {"data": SimpleNamespace(labels=np.roll(Y, 1))},
        {"data": SimpleNamespace(labels=Y.astype(str))},
    ],
)
def test_another_setting_or_label_never_takes_what_was_kept(draws, change):
    small()
    small(test=np.arange(len(Y)) % 3 == 0)
    del draws[:]
    small(**change)
    assert len(draws) == 2 * change.get("repeats", 3)


def test_other_features_code_or_versions_never_take_what_was_kept(draws, monkeypatch):
    small()
    changed = clear(DATA)
    changed[5, 2] = np.nextafter(changed[5, 2], 9)
    for features in (changed, changed.astype(np.float32), sparse.csr_array(changed)):
        del draws[:]
        small({"clear": lambda data, features=features: features})
        assert len(draws) == 3
    del draws[:]
    monkeypatch.setattr(cells, "__version__", "another")
    small()
    assert len(draws) == 2 * 3
    monkeypatch.setattr(cells, "_code", lambda fit: "another")
    small()
    assert len(draws) == 4 * 3


def test_code_beside_a_fit_is_part_of_it(tmp_path, monkeypatch):
    before, home = cells._code(linear_probe), Path(inspect.getsourcefile(linear_probe))
    shutil.copytree(home.parent, tmp_path / "transfer")
    find = inspect.getsourcefile
    monkeypatch.setattr(
        inspect,
        "getsourcefile",
        lambda of: str(tmp_path / "transfer" / home.name) if of is linear_probe else find(of),
    )
    assert cells._code(linear_probe) == before
    cells._sources.cache_clear()
    (tmp_path / "transfer" / "span.py").write_text("_JITTER = 1\n")
    assert cells._code(linear_probe) != before


def test_texts_are_told_apart():
    assert cells._digest(np.array(["a", "bc"], object)) != cells._digest(np.array(["ab", "c"], object))


def test_with_a_fit_of_ones_own_or_without_the_cache_all_is_measured(draws, cache):
    for _ in range(2):
        small(fit=nearest_mean)
        small(cache=False)
    assert len(draws) == 8 * 3
    assert not (cache / "derived").exists()


def test_a_killed_run_goes_on_where_it_stopped(draws):
    program = f"""
import os, signal
import numpy as np
from pathlib import Path
from types import SimpleNamespace
from tlcourse.measure import transfer_matrix

def features(data, seed):
    if seed == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return np.random.default_rng(seed).normal(size=(len(data.labels), 4))

ways = [lambda data, seed=seed: features(data, seed) for seed in range(3)]
data = SimpleNamespace(labels=np.repeat([0, 1, 2], [20, 24, 28]))
transfer_matrix({{"toy": data}}, dict(zip("ab", ways[:2])), {{"c": ways[2]}}, **{KEPT})
"""
    killed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    rest = transfer_matrix(
        {"toy": DATA}, {"a": lambda _: noise(0), "b": lambda _: noise(1)}, {"c": blind}, **KEPT
    )
    assert len(draws) == 3  # of the third way alone
    fresh = transfer_matrix({"toy": DATA}, {"a": lambda _: noise(0)}, {"c": blind}, cache=False, **KEPT)
    assert rest.curves["toy", "a"].values.tolist() == fresh.curves["toy", "a"].values.tolist()


def test_ctrl_c_within_a_cell_leaves_the_finished_ones(draws, monkeypatch):
    def stop(data):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        small({"clear": clear, "stop": stop})
    del draws[:]
    small({"clear": clear, "blind": blind})
    assert len(draws) == 2 * 3


def test_a_full_disk_costs_the_cache_alone(monkeypatch):
    def full(*_):
        raise cells.DiskFull("The disk is full.")

    expected = small().gain("toy", "clear", 2)
    monkeypatch.setattr(cells.assets, "derived", full)
    with pytest.warns(UserWarning, match="not kept for next time"):
        assert small().gain("toy", "clear", 2) == expected
