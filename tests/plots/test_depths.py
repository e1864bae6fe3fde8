"""One depth of a network at a time."""

import numpy as np
import pytest

from tlcourse import measure, plots

LOW, HIGH = measure.interval([0.5, 0.6]), measure.interval([0.8, 0.9])


def test_cut_marks_its_layer_and_shows_the_maps_that_vary_most(photos):
    maps = np.zeros((4, 4, 10))
    maps[0, 0, 2:9] = 1
    ax = plots.cut_at("top", photos[0], maps, {"stem": LOW, "top": HIGH}, {"pixels": LOW})
    assert [label.get_weight() for label in ax.get_xticklabels()] == ["normal", "bold"]
    upper = ax.get_figure(root=True).subfigs[0]
    assert upper.get_suptitle() == f"top: 4 × 4 positions, 10 maps; accuracy {HIGH}"
    picture, *shown = (axes.images[0].get_array() for axes in upper.axes)
    assert (picture == photos[0]).all()
    assert len(shown) == 7
    assert all(one.max() == 1 for one in shown)


@pytest.mark.parametrize(("lowest", "trained"), [(None, ["head"]), ("block2a", ["block2a", "top", "head"])])
def test_trained_blocks_are_filled_and_frozen_ones_hatched(lowest, trained):
    above, below = plots.unfreezing(["stem", "block2a", "top"], lowest, {"head alone": LOW}, "10 weights")
    names = [text.get_text() for text in above.texts]
    assert [name for name, bar in zip(names, above.patches, strict=True) if not bar.get_hatch()] == trained
    assert above.get_title(loc="left") == "10 weights"
    assert [label.get_text() for label in below.get_yticklabels()] == ["head alone"]


def test_mistyped_layers_are_refused_with_the_nearest(photos):
    with pytest.raises(ValueError, match=r"no layer 'tob'. Did you mean 'top'"):
        plots.cut_at("tob", photos[0], np.zeros((4, 4, 10)), {"top": LOW})
    with pytest.raises(ValueError, match=r"no layer 'block2'. Did you mean 'block2a'"):
        plots.unfreezing(["block2a"], "block2", {"head alone": LOW})
