"""Curves and scores: every point has its interval, every line its name."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.text import Text

from tlcourse import measure, plots


def intervals(ax, axis=1):
    """The ends of the interval drawn at every point of every method."""
    drawn = []
    for container in ax.containers:
        _, _, (bars,) = container
        drawn.append([tuple(segment[:, axis]) for segment in bars.get_segments()])
    return drawn


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_few_shot_draws_the_interval_of_every_point(curve):
    drawn = intervals(plots.few_shot({"pixels": curve, "ImageNet features": curve}))
    expected = [(score.low, score.high) for score in curve.scores]
    np.testing.assert_allclose(drawn, [expected, expected])


def test_few_shot_names_lines_majority_and_axes(curve):
    ax = plots.few_shot({"pixels": curve, "ImageNet features": curve})
    assert set(words(ax)) == {"pixels", "ImageNet features", "majority class (0.12)"}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("labelled examples per class (log scale)", "accuracy")


def test_few_shot_ticks_are_the_shots_on_a_log_scale(curve):
    ax = plots.few_shot({"pixels": curve})
    assert ax.get_xscale() == "log"
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["1", "3", "10"]
    assert len(ax.get_xticks(minor=True)) == 0


def test_few_shot_names_of_equal_curves_do_not_overlap(curve):
    ax = plots.few_shot({name: curve for name in ("pixels", "HOG", "from scratch", "fine-tuned")})
    ax.figure.canvas.draw()
    # An annotation's own extent takes in the line that leads to it.
    boxes = sorted((Text.get_window_extent(text) for text in ax.texts), key=lambda box: box.y0)
    assert all(below.y1 <= above.y0 for below, above in pairwise(boxes))


def test_few_shot_keeps_all_words_inside_the_figure(curve):
    ax = plots.few_shot({"a method with a very long name indeed": curve})
    ax.figure.canvas.draw()
    assert ax.figure.bbox.x1 >= max(text.get_window_extent().x1 for text in ax.texts)


def test_few_shot_of_a_single_shot_is_drawn(score):
    curve = measure.Curve(shots=(5,), values=score.values[:, None], chance=0.5, pairing=())
    low, high = plots.few_shot({"pixels": curve}).get_xlim()
    assert low < 5 < high


def test_scores_draws_and_prints_every_interval(score):
    validation = measure.CrossValidation(np.ones(4, bool), score, (0.5,), ())
    ax = plots.scores({"pixels": score, "ImageNet features": validation})
    np.testing.assert_allclose(intervals(ax, axis=0), 2 * [[(score.low, score.high)]])
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["pixels", "ImageNet features"]
    assert " ".join(words(ax)[:2]) == str(score)


def test_scores_without_an_interval_say_so():
    ax = plots.scores({"pixels": measure.interval([0.5, 0.5])})
    assert words(ax) == ["0.50", "[no interval]"]


def test_scores_below_nought_are_in_view_and_read_as_differences():
    never_varies = measure.interval([0.5, 0.5])
    ax = plots.scores({"difference": measure.interval([-0.2, -0.1, -0.15]), "certain": never_varies})
    assert ax.get_xlim()[0] < -0.2
    assert ax.get_xlabel() == "difference in accuracy"
    assert words(ax)[0] == "−0.15"


def test_layers_draw_every_interval_and_name_layers_and_baselines(score):
    ax = plots.layers({"stem": score, "top": score}, {"HOG": score})
    np.testing.assert_allclose(intervals(ax), [2 * [(score.low, score.high)]])
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["stem", "top"]
    assert words(ax) == ["HOG"]
    (band,) = ax.patches
    assert (band.get_y(), band.get_y() + band.get_height()) == pytest.approx((score.low, score.high))


def test_learning_draws_training_solid_and_validation_dashed():
    history = {"loss": [2, 1], "val_loss": [2, 1.5], "accuracy": [0.2, 0.5], "val_accuracy": [0.2, 0.4]}
    for ax in plots.learning({"from scratch": history}):
        assert [line.get_linestyle() for line in ax.lines] == ["-", "--"]
        assert ax.lines[0].get_color() == ax.lines[1].get_color()
        np.testing.assert_array_equal(ax.lines[0].get_xdata(), [1, 2])


def test_learning_takes_an_object_that_holds_a_history():
    run = SimpleNamespace(history={"loss": [2, 1], "accuracy": [0.2, 0.5]})
    left, _ = plots.learning({"from scratch": run})
    assert len(left.lines) == 1


def test_learning_without_accuracy_says_what_to_do():
    with pytest.raises(ValueError, match=r"'small' has no accuracy: .*metrics"):
        plots.learning({"small": {"loss": [1.0]}})


@pytest.mark.parametrize("function", ["few_shot", "scores", "layers"])
def test_given_axes_are_drawn_on_and_returned(function, curve, score):
    _, ax = plt.subplots()
    result = curve if function == "few_shot" else score
    assert getattr(plots, function)({"pixels": result}, ax=ax) is ax
    assert plt.get_fignums() == [1]


@pytest.mark.parametrize("function", ["few_shot", "scores", "layers", "learning"])
@pytest.mark.parametrize(
    ("bad", "error", "message"),
    [
        ({}, ValueError, "empty one: give at least one"),
        ([0.5], TypeError, "got a list: give each"),
        ({"pixels": 0.5}, TypeError, "got a float for 'pixels': give a"),
    ],
)
def test_what_cannot_be_drawn_is_refused_before_a_figure_opens(function, bad, error, message):
    with pytest.raises(error, match=message) as caught:
        getattr(plots, function)(bad)
    assert f"plots.{function}" in str(caught.value)
    assert not plt.get_fignums()
