"""Pictures: which are shown, in which order, with which words."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from tlcourse import datasets, plots


def shown(ax):
    return np.asarray(ax.images[0].get_array())


@pytest.fixture
def labelled(photos):
    return datasets.Images(photos, np.arange(12) % 3, ("cat", "dog", "newt"), card=None)


def test_gallery_shows_every_picture_under_its_title(photos):
    axes = plots.gallery(photos[:3], titles=["one", "two", "three"], columns=2)
    assert [ax.get_title(loc="left") for ax in axes] == ["one", "two", "three"]
    for ax, photo in zip(axes, photos, strict=False):
        np.testing.assert_array_equal(shown(ax), photo)


def test_gallery_of_a_data_set_shows_each_class_by_itself(labelled):
    axes = plots.gallery(labelled, per_class=2)
    for ax, index in zip(axes, [0, 9, 1, 10, 2, 11], strict=True):
        np.testing.assert_array_equal(shown(ax), labelled.images[index])
    assert [text.get_text() for text in axes[0].figure.texts] == ["cat (4)", "dog (4)", "newt (4)"]


def test_gallery_of_a_scarce_class_shows_what_there_is(labelled):
    assert len(plots.gallery(labelled.subset([0, 1, 4]), per_class=3)) == 3


@pytest.mark.parametrize("count", [1, 2, 7, 9, 30])
def test_gallery_pictures_stay_square_apart_and_inside(photos, count):
    axes = plots.gallery([photos[0]] * count, titles=["a title far too long to fit on a line"] * count)
    figure = axes[0].figure
    figure.canvas.draw()
    boxes = [ax.get_window_extent() for ax in axes]
    assert all(box.width == pytest.approx(box.height) for box in boxes)
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    for ax in axes:
        title = ax._left_title.get_window_extent()
        assert figure.bbox.y1 >= title.y1
        assert not any(title.overlaps(box.padded(-0.5)) for box in boxes)  # touching is not overlapping


def test_activations_show_the_channels_that_vary_most_each_scaled_by_itself():
    maps = np.zeros((4, 4, 6), np.float32)
    maps[0, 0, [1, 4]] = 9, 3
    axes = plots.activations(maps, layer="block 3", count=2)
    assert [ax.images[0].get_clim() for ax in axes] == [(0, 9), (0, 3)]
    assert axes[0].figure.texts[0].get_text() == "block 3  4 × 4, 2 of 6 channels"


def test_activations_put_the_input_first_and_take_several_layers(photos):
    maps = np.random.default_rng(0).random((1, 4, 4, 6), np.float32)
    axes = plots.activations({"stem": maps, "top": maps[:, :2, :2]}, count=3, image=photos[0])
    assert len(axes) == 7
    np.testing.assert_array_equal(shown(axes[0]), photos[0])
    assert shown(axes[-1]).shape == (2, 2)


def test_activations_of_several_pictures_are_refused():
    with pytest.raises(ValueError, match=r"one picture.* \(2, 4, 4, 6\)"):
        plots.activations(np.zeros((2, 4, 4, 6)))


def test_predictions_list_the_most_probable_first(photos):
    names = ("cat", "dog", "newt")
    axes = plots.predictions(photos[:3], names, np.array([[0.1, 0.7, 0.2]] * 3), top=2)
    assert axes.shape == (3, 2)
    words = [text.get_text() for text in axes[2, 1].texts]
    assert words == ["dog", "0.70", "newt", "0.20"]
    assert axes[2, 1].get_xlabel() == "probability"


def test_predictions_of_the_wrong_shape_are_refused(photos):
    with pytest.raises(ValueError, match=r"\(1, 3\), but got \(1, 2\)"):
        plots.predictions(photos[0], ("cat", "dog", "newt"), np.array([0.5, 0.5]))
    assert not plt.get_fignums()


@pytest.mark.parametrize("bad", [np.zeros((2, 8, 8, 3)), np.zeros((2, 8, 8), np.uint8), [None], "photo.jpg"])
def test_gallery_of_what_is_no_picture_is_refused(bad):
    with pytest.raises(TypeError, match=r"plots.gallery draws uint8 pictures .*, but got .* load them with"):
        plots.gallery(bad)


def test_gallery_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        plots.gallery([])


def test_gallery_with_too_few_titles_is_refused(photos):
    with pytest.raises(ValueError, match="1 titles for 12 pictures"):
        plots.gallery(photos, titles=["one"])
