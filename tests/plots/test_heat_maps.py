"""Scores over two settings."""

import numpy as np
import pytest

from tlcourse import measure, plots

SCORE, OTHER = measure.interval([0.8, 0.9]), measure.interval([0.1, 0.2])


def test_cells_stand_in_the_order_given_with_their_scores():
    ax = plots.heat_map(
        {("head", "slow"): SCORE, ("all", "slow"): OTHER, ("all", "fast"): SCORE}, "rate", "trained"
    )
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["head", "all"]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["slow", "fast"]
    assert ax.yaxis_inverted()
    assert [text.get_text() for text in ax.texts][::2] == ["0.85", "0.15", "0.85"]
    assert [text.get_text() for text in ax.texts][1::2] == ["[0.80, 0.90]", "[0.10, 0.20]", "[0.80, 0.90]"]


def test_a_pair_that_was_not_measured_stays_blank():
    ax = plots.heat_map({("head", "slow"): SCORE, ("all", "fast"): OTHER}, "rate", "trained")
    shown = ax.collections[0].get_array()
    assert np.ma.getmaskarray(np.ma.masked_invalid(shown)).tolist() == [[False, True], [True, False]]


def test_numbers_alone_are_refused():
    with pytest.raises(TypeError, match="score"):
        plots.heat_map({("head", "slow"): 0.8}, "rate", "trained")
