"""The heat map of verdicts."""

import numpy as np
import pytest

from tlcourse import plots
from tlcourse.measure import Curve, TransferMatrix, UnknownShots


def curve(values):
    return Curve((5,), np.array(values)[:, None], 0.1, ("same draws",))


@pytest.fixture
def matrix():
    """Stamps have all three verdicts, R8 was measured with one of the sources."""
    low, high, near = [0.2, 0.21, 0.22, 0.2], [0.7, 0.71, 0.7, 0.72], [0.2, 0.23, 0.22, 0.19]
    curves = {
        ("stamps", "ImageNet"): curve(high),
        ("stamps", "edges"): curve(low),
        ("stamps", "pixels"): curve(low),
        ("R8", "GloVe"): curve(low),
        ("R8", "TF-IDF"): curve(high),
        ("stamps", "other"): curve(near),
    }
    overlap = {("stamps", 5): 0.1, ("R8", 5): 0.1}
    return TransferMatrix(curves, ("ImageNet", "edges", "GloVe", "other"), ("pixels", "TF-IDF"), overlap)


def written(ax):
    return [text.get_text() for text in ax.texts]


def test_cells_tell_gain_sign_and_verdict(matrix):
    ax = plots.verdicts(matrix, 5)
    assert written(ax)[::2] == ["▲ +50", "(+0)", "▼ −50", "(+0)"]
    assert [patch.get_hatch() is not None for patch in ax.patches] == [False, True, False, True]
    red, _, blue, _ = ax.patches[2].get_facecolor()
    assert red > blue
    assert written(ax)[1] == f"{100 * matrix.gain('stamps', 'ImageNet', 5).low:+.0f} … +55"


def test_a_cell_stands_in_its_row_and_column_and_others_stay_blank(matrix):
    ax = plots.verdicts(matrix, 5)
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["stamps\nover pixels", "R8\nover TF-IDF"]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["ImageNet", "edges", "GloVe", "other"]
    places = [(int(patch.get_x()), int(patch.get_y())) for patch in ax.patches]
    assert places == [(0, 0), (1, 0), (2, 1), (3, 0)]
    assert ax.yaxis_inverted()


def test_a_larger_gain_has_a_stronger_colour(matrix):
    weak = plots.verdicts(
        TransferMatrix(
            {
                ("stamps", "ImageNet"): curve([0.3, 0.3, 0.31, 0.3]),
                ("stamps", "pixels"): curve([0.2, 0.21, 0.2, 0.2]),
            },
            ("ImageNet",),
            ("pixels",),
            {("stamps", 5): 0.1},
        ),
        5,
    )
    strong = plots.verdicts(matrix, 5)
    assert sum(weak.patches[0].get_facecolor()) > sum(strong.patches[0].get_facecolor())


def test_the_legend_names_all_three(matrix):
    legend = plots.verdicts(matrix, 5).get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["▲ helps", "▼ hurts", "no evidence"]


def test_other_shots_or_other_results_are_refused(matrix):
    with pytest.raises(UnknownShots):
        plots.verdicts(matrix, 3)
    with pytest.raises(TypeError, match="transfer_matrix"):
        plots.verdicts(curve([0.1, 0.2]), 5)
