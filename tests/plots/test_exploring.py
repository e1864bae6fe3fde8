"""A figure with a slider."""

from io import BytesIO

import PIL.Image
import pytest
from IPython import display
from matplotlib import pyplot as plt

from tlcourse import plots


@pytest.fixture
def shown(monkeypatch):
    """Return what is displayed: the slider, where there is one, and one picture after another."""
    seen = []

    class Handle:
        def update(self, thing):
            seen.append(thing)

    monkeypatch.setattr(display, "display", lambda thing, **_: seen.append(thing) or Handle())
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    return seen


@pytest.fixture
def drawn():
    """Return a function that draws an option, and the list of those it drew."""
    options = []

    def draw(option):
        options.append(option)
        ax = plt.subplots()[1]
        ax.set_title(str(option))
        return ax

    return draw, options


def test_slider_that_moves_shows_another_figure_and_keeps_it(shown, drawn):
    draw, options = drawn
    plots.explore(draw, [1, 5, 10], "labels", start=5)
    slider, first = shown
    assert (slider.value, slider.description, options) == (5, "labels", [5])
    assert [label for label, _ in slider.options] == ["1", "5", "10"]
    slider.value = 10
    slider.value = 5
    assert options == [5, 10]
    assert shown[3].data == first.data != shown[2].data


def test_figures_are_closed_so_that_none_is_shown_twice(shown, drawn):
    plots.explore(drawn[0], [1, 5], "labels")
    shown[0].value = 1
    assert plt.get_fignums() == []


def test_without_a_person_the_figure_to_start_with_is_all(shown, drawn, monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "1")
    plots.explore(drawn[0], ["stem", "top"], "layer")
    (picture,) = shown
    assert drawn[1] == ["top"]
    assert PIL.Image.open(BytesIO(picture.data)).size == tuple(
        int(side) for side in plt.rcParams["figure.dpi"] * plt.figure().get_size_inches()
    )


def test_figure_of_several_axes_in_subfigures_is_drawn_whole(shown):
    def draw(option):
        return plt.figure(figsize=(3, 2), dpi=50).subfigures(2, 1)[0].subplots(1, 2)

    plots.explore(draw, [1], "labels")
    assert PIL.Image.open(BytesIO(shown[1].data)).size == (150, 100)


@pytest.mark.parametrize(
    ("options", "start", "message"),
    [([], None, "no options"), (["stem", "top"], "tob", "Did you mean 'top'")],
)
def test_nothing_to_choose_from_is_refused(drawn, options, start, message):
    with pytest.raises(ValueError, match=message):
        plots.explore(drawn[0], options, "layer", start)
