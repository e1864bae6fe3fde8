"""Concept figures: their words are there, and none runs into another or off the page."""

from itertools import combinations

import pytest

from tlcourse import plots

SHAPES = {
    "conv1": (None, 32, 32, 16),
    "conv2": (None, 16, 16, 32),
    "pool": (None, 32),
    "output": (None, 10),
}
DEEP = {
    "stem": (112, 112, 32),
    **{f"block{stage}": (112 >> stage // 2, 112 >> stage // 2, 40 * stage) for stage in range(1, 8)},
    "top": (7, 7, 1280),
    "features": (1280,),
    "probabilities": (1000,),
}


def words(ax):
    return {text.get_text() for text in ax.texts}


@pytest.mark.parametrize(
    "draw",
    [
        plots.traditional_vs_transfer,
        plots.featurization,
        lambda: plots.feature_extraction(SHAPES),
        lambda: plots.feature_extraction(SHAPES, cut="conv1"),
        lambda: plots.feature_extraction(DEEP),
        lambda: plots.feature_extraction(DEEP, cut="stem"),
        lambda: plots.feature_extraction(DEEP, cut="block6"),
    ],
)
def test_concepts_keep_words_apart_and_on_the_page(draw):
    ax = draw()
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    page = ax.figure.bbox
    assert all(page.containsx(x) for box in boxes for x in box.intervalx)
    assert all(page.containsy(y) for box in boxes for y in box.intervaly)
    assert not [(a, b) for a, b in combinations(boxes, 2) if a.overlaps(b)]


def test_traditional_vs_transfer_names_what_is_transferred():
    assert {"knowledge", "features, weights", "nothing is passed on"} <= words(
        plots.traditional_vs_transfer()
    )


def test_feature_extraction_takes_the_vector_before_the_output():
    ax = plots.feature_extraction(SHAPES)
    assert {"conv1", "32 × 32\n× 16", "pool", "32 features"} <= words(ax)
    assert "averaged over the map" not in words(ax)


def test_feature_extraction_cut_at_maps_averages_them():
    assert {"16 features", "averaged over the map"} <= words(plots.feature_extraction(SHAPES, cut="conv1"))


def test_feature_extraction_cut_at_an_unknown_layer_suggests_the_nearest():
    with pytest.raises(ValueError, match=r"cannot cut at 'conv3'\. Did you mean 'conv2'"):
        plots.feature_extraction(SHAPES, cut="conv3")


def test_feature_extraction_of_too_many_layers_is_refused():
    with pytest.raises(ValueError, match="room for 11 layers, but got 12"):
        plots.feature_extraction({str(number): (8, 8, 3) for number in range(12)})


def test_feature_extraction_of_odd_shapes_is_refused():
    with pytest.raises(ValueError, match=r"\(height, width, channels\)"):
        plots.feature_extraction({"words": (7, 50), "output": (2,)})
