"""Accuracy against cost: every interval, every name legible, and the front of what is worth its cost."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.text import Text

from tlcourse import measure, plots


@pytest.fixture
def crowd():
    """Seven methods, some of them nearly at the same place."""
    rng = np.random.default_rng(0)
    means = (0.50, 0.51, 0.52, 0.70, 0.71, 0.60, 0.72)
    costs = (0.1, 0.11, 0.12, 5, 6, 30, 31)
    names = (
        "TF-IDF",
        "mean of word vectors",
        "weighted mean",
        "USE",
        "TF-IDF + USE",
        "a long name",
        "MiniLM",
    )
    scores = (measure.interval(mean + rng.normal(0, 0.02, 10)) for mean in means)
    return dict(zip(names, zip(scores, costs, strict=True), strict=True))


def boxes(ax):
    ax.figure.canvas.draw()
    # An annotation's own extent takes in the line that leads to it.
    return {text.get_text(): Text.get_window_extent(text) for text in ax.texts}


def front(ax):
    (line,) = (line for line in ax.lines if line.get_label() == "Pareto front")
    return line.get_xydata()


def test_cost_draws_every_interval_at_its_cost(score):
    validation = measure.CrossValidation(np.ones(4, bool), score, (0.5,), ())
    ax = plots.cost({"pixels": (score, 2), "HOG": (validation, np.float32(40))}, "seconds")
    drawn = [bars.get_segments()[0] for _, _, (bars,) in ax.containers]
    expected = [[(at, score.low), (at, score.high)] for at in (2, 40)]
    np.testing.assert_allclose(drawn, expected)


def test_cost_labels_a_log_axis_in_plain_numbers(score):
    ax = plots.cost({"pixels": (score, 0.05), "HOG": (score, 2000)}, "seconds")
    ax.figure.canvas.draw()
    assert (ax.get_xscale(), ax.get_xlabel(), ax.get_ylabel()) == ("log", "seconds (log scale)", "accuracy")
    assert {"0.1", "1", "10", "100", "1,000"} <= {tick.get_text() for tick in ax.get_xticklabels()}


def test_cost_labels_a_tick_no_dearer_than_the_cheapest(score):
    ax = plots.cost({"TF-IDF": (score, 0.3), "MiniLM": (score, 90)}, "MB")
    assert ax.get_xlim()[0] <= min(tick for tick in ax.get_xticks() if tick >= ax.get_xlim()[0]) <= 0.3


def test_cost_names_do_not_overlap_each_other(crowd):
    placed = boxes(plots.cost(crowd, "seconds"))
    assert placed.keys() == crowd.keys()
    assert not any(a.overlaps(b) for a, b in combinations(placed.values(), 2))


def test_cost_names_stay_inside_the_axes_and_off_points_and_intervals(crowd):
    ax = plots.cost(crowd, "seconds")
    placed = boxes(ax)
    for box in placed.values():
        assert ax.bbox.x0 <= box.x0
        assert box.x1 <= ax.bbox.x1
    for score, at in crowd.values():
        points = ax.transData.transform([(at, end) for end in (score.low, score.mean, score.high)])
        assert not any(box.contains(*point) for box in placed.values() for point in points)


def test_cost_front_leaves_out_what_something_cheaper_beats():
    at = {0.1: 0.5, 1: 0.4, 10: 0.8, 100: 0.8, 1000: 0.9}
    results = {f"{cost}": (measure.interval([mean - 0.01, mean + 0.01]), cost) for cost, mean in at.items()}
    ax = plots.cost(results, "seconds")
    end = ax.get_xlim()[1]
    expected = [(0.1, 0.5), (10, 0.5), (10, 0.8), (1000, 0.8), (1000, 0.9), (end, 0.9)]
    np.testing.assert_allclose(front(ax), expected)


def test_cost_of_equal_costs_has_the_better_one_alone_on_the_front():
    results = {"a": (measure.interval([0.4, 0.5]), 1), "b": (measure.interval([0.6, 0.7]), 1)}
    assert len(front(plots.cost(results, "seconds"))) == 2


def test_cost_of_one_result_without_an_interval_is_drawn():
    ax = plots.cost({"pixels": (measure.interval([1, 1]), 5)}, "seconds")
    assert ax.get_xlim()[0] < 5 < ax.get_xlim()[1]
    assert ax.get_ylim()[1] == pytest.approx(1.02)


def test_cost_on_given_axes_is_drawn_there(score):
    _, ax = plt.subplots()
    assert plots.cost({"pixels": (score, 1)}, "seconds", ax=ax) is ax
    assert plt.get_fignums() == [1]


@pytest.mark.parametrize(
    ("bad", "error", "message"),
    [
        ({}, ValueError, "empty one: give at least one"),
        ([0.5], TypeError, "got a list: give each"),
        ({"pixels": 0.5}, TypeError, "got a float for 'pixels': give a"),
        ({"pixels": (measure.interval([0.4, 0.5]),)}, ValueError, "for .pixels., but got 1 values"),
        ({"pixels": (0.5, 1)}, TypeError, "got a float as the result of 'pixels'"),
        ({"pixels": (measure.interval([0.4, 0.5]), "1 s")}, TypeError, "got a str as the cost of 'pixels'"),
        ({"pixels": (measure.interval([0.4, 0.5]), 0)}, ValueError, "got 0 as the cost of 'pixels'"),
        ({"pixels": (measure.interval([0.4, 0.5]), np.inf)}, ValueError, "got inf as the cost"),
    ],
)
def test_cost_refuses_what_it_cannot_draw_before_a_figure_opens(bad, error, message):
    with pytest.raises(error, match=message) as caught:
        plots.cost(bad, "seconds")
    assert "plots.cost" in str(caught.value)
    assert not plt.get_fignums()
