"""The course's own matrix: what it ships, and that a part measured again is the same."""

import numpy as np
import pytest

from tlcourse import survey
from tlcourse.measure import MeasureError


def test_every_pair_of_a_target_and_its_names_was_measured():
    matrix = survey.results()
    assert set(matrix.curves) == {
        (target, name) for target in survey.TARGETS for name in survey.names(target)
    }
    assert matrix.shots == survey.SHOTS
    assert all(len(curve.values) == survey.REPEATS for curve in matrix.curves.values())


def test_the_shipped_matrix_shows_help_and_harm():
    matrix = survey.results()
    assert matrix.count("hurts") >= 3
    assert matrix.count("helps") >= 6
    assert matrix.gain("digits", "ImageNet", 5, over="pixels").mean <= -0.08
    assert matrix.gain("stamps", "ImageNet", 5).mean >= 0.25


def test_a_mistyped_target_or_name_is_met_with_the_right_one():
    with pytest.raises(MeasureError, match="Did you mean 'stamps'"):
        survey.load("stamp")
    with pytest.raises(MeasureError, match="no target"):
        survey.names("photos")


@pytest.mark.assets
def test_a_name_of_another_kind_of_target_is_refused():
    with pytest.raises(MeasureError, match="The survey has no 'GloVe' for stamps"):
        survey.features("stamps", "GloVe")


@pytest.mark.assets
@pytest.mark.parametrize(("target", "source"), [("stamps", "ImageNet, 96 px"), ("R8", "GloVe")])
def test_a_part_measured_again_is_as_shipped(target, source):
    again = survey.run([target], [source], repeats=2, cache=False, progress=False)
    shipped = survey.results()
    for name in (source, *again.baselines):
        # Another processor may see one picture differently.
        np.testing.assert_allclose(
            again.curves[target, name].values, shipped.curves[target, name].values[:2], atol=0.02
        )


@pytest.mark.assets
def test_no_text_is_both_learned_from_and_judged_by():
    data = survey.load("R8")
    assert not set(data.train.texts) & set(data.test.texts)
    assert max(len(text.split()) for text in data.texts) == 100
