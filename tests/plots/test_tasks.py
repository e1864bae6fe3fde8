"""Methods on several tasks."""

import pytest

from tlcourse import measure, plots

HIGH, LOW = measure.interval([0.8, 0.9]), measure.interval([0.1, 0.2])


def test_each_task_has_a_bar_for_each_of_its_methods():
    ax = plots.bars({"stamps": {"pixels": LOW, "HOG": HIGH}, "digits": {"HOG": LOW}})
    heights = [bar.get_height() for bar in ax.patches]
    assert heights == pytest.approx([0.15, 0.85, 0.15])
    assert [round(bar.get_x() + bar.get_width() / 2, 2) for bar in ax.patches] == [-0.2, 0.2, 1.2]


def test_a_method_has_one_colour_on_all_tasks():
    ax = plots.bars({"stamps": {"pixels": LOW, "HOG": HIGH}, "digits": {"HOG": LOW}})
    pixels, hog, hog_again = (bar.get_facecolor() for bar in ax.patches)
    assert hog == hog_again != pixels


@pytest.mark.parametrize("wrong", [{}, [HIGH], {"stamps": HIGH}, {"stamps": {"pixels": 0.4}}])
def test_what_is_no_table_of_scores_is_refused(wrong):
    with pytest.raises(TypeError, match="bars"):
        plots.bars(wrong)
