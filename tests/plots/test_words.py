"""Maps of words, and results part by part."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib import pyplot as plt

from tlcourse import measure, plots

WORDS = [f"word{number}" for number in range(24)]


@pytest.fixture
def vectors():
    from gensim.models import KeyedVectors

    made = KeyedVectors(6)
    made.add_vectors(WORDS, np.random.default_rng(0).normal(size=(len(WORDS), 6)).astype(np.float32))
    return made


@pytest.fixture
def groups():
    return {"some": WORDS[:8], "others": WORDS[8:16], "more": WORDS[16:]}


def test_map_names_every_word_and_no_two_names_overlap(vectors, groups):
    ax = plots.word_map(vectors, groups)
    ax.figure.draw_without_rendering()
    assert sorted(text.get_text() for text in ax.texts) == sorted(WORDS)
    boxes = [text.get_window_extent() for text in ax.texts]
    assert sum(a.overlaps(b) for a, b in combinations(boxes, 2)) == 0


def test_map_gives_each_group_a_colour_and_a_marker_of_its_own(vectors, groups):
    lines = plots.word_map(vectors, groups).get_lines()
    assert [line.get_label() for line in lines] == [*groups]
    assert len({line.get_color() for line in lines}) == len({line.get_marker() for line in lines}) == 3


def test_map_places_words_by_their_principal_components(vectors, groups):
    ax = plots.word_map(vectors, groups)
    x = np.concatenate([line.get_xdata() for line in ax.get_lines()])
    centred = vectors.vectors - vectors.vectors.mean(axis=0)
    _, singular, directions = np.linalg.svd(centred.astype(np.float64))
    np.testing.assert_allclose(np.abs(x), np.abs(centred @ directions[0]), atol=1e-5)
    share = singular[0] ** 2 / (singular**2).sum()
    assert f"({share:.0%} of the variance)" in ax.get_xlabel()


def test_map_joins_links(vectors, groups):
    line = plots.word_map(vectors, groups, links=[("word0", "word8")]).get_lines()[0]
    assert len(line.get_xdata()) == 2


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ({}, "one to 5 groups"),
        (["word0"], "one to 5 groups"),
        ({str(number): [WORDS[number]] for number in range(6)}, "one to 5 groups"),
        ({"some": ["word0", "word1", "absent"]}, "no vector for 'absent'"),
        ({"some": ["word0", "word1"]}, "three words; got 2"),
    ],
)
def test_map_refuses_what_it_cannot_draw_before_a_figure_opens(vectors, groups, message):
    with pytest.raises(ValueError, match=message):
        plots.word_map(vectors, groups)
    assert not plt.get_fignums()


def test_parts_has_a_row_for_each_part_and_a_dot_for_each_method(score):
    other = measure.interval([0.1, 0.2, 0.3])
    ax = plots.parts(
        {"GloVe": {"plurals": score, "family": other}, "word2vec": {"plurals": other, "family": score}}
    )
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["plurals", "family"]
    assert [container.get_label() for container in ax.containers] == ["GloVe", "word2vec"]
    dots = [container.lines[0] for container in ax.containers]
    np.testing.assert_allclose(
        [dot.get_xdata() for dot in dots], [[score.mean, other.mean], [other.mean, score.mean]]
    )
    assert dots[0].get_ydata()[0] < dots[1].get_ydata()[0] < 0.5 < dots[0].get_ydata()[1]


def test_parts_of_unlike_methods_are_refused(score):
    with pytest.raises(ValueError, match="those of 'word2vec' differ"):
        plots.parts({"GloVe": {"plurals": score}, "word2vec": {"family": score}})
    with pytest.raises(TypeError, match="got a float for 'plurals'"):
        plots.parts({"GloVe": {"plurals": 0.5}})
    assert not plt.get_fignums()
