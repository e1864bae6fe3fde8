"""The look: roles that stay the same, and settings that stay the reader's own."""

import subprocess
import sys

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt

from tlcourse import plots
from tlcourse.plots.style import FALLBACK, ROLES, ink, luminance, roles


def test_a_role_does_not_depend_on_the_company_it_keeps():
    alone = roles(["ImageNet features"])["ImageNet features"]
    assert roles(["from scratch", "GloVe", "ImageNet features"])["ImageNet features"] == alone


def test_a_name_that_contains_a_role_takes_it():
    assert roles(["small CNN from scratch"])["small CNN from scratch"] == ROLES["from scratch"]


def test_the_first_role_in_a_name_decides():
    assert roles(["HOG − pixels"])["HOG − pixels"] == ROLES["HOG"]


def test_an_exact_name_comes_before_a_variant_of_it():
    given = roles(["pixels, blurred", "pixels"])
    assert given["pixels"] == ROLES["pixels"]
    assert given["pixels, blurred"] == FALLBACK[0]


def test_a_stranger_does_not_take_the_colour_of_a_method_it_is_drawn_with():
    given = roles(["network from scratch", "TF-IDF", "TF-IDF + GloVe", "GloVe"])
    assert len({role.colour for role in given.values()}) == len(given)
    assert given["network from scratch"] == ROLES["from scratch"]


def test_methods_look_different_by_marker_alone():
    markers = [role.marker for role in (*ROLES.values(), *FALLBACK)]
    assert len(set(markers)) == len(markers)


def test_more_methods_than_looks_are_still_drawn():
    assert len(roles(map(str, range(20)))) == 20


def test_ink_reads_on_white():
    for role in (*ROLES.values(), *FALLBACK):
        assert 1.05 / (luminance(ink(role.colour)) + 0.05) >= 4.5


@pytest.mark.parametrize("size", [10, 14])
def test_drawing_leaves_settings_as_they_were(size, curve, photos):
    with mpl.rc_context({"font.size": size}):
        before = dict(mpl.rcParams)
        plots.few_shot({"pixels": curve})
        plots.gallery(photos)
        plots.traditional_vs_transfer()
        assert dict(mpl.rcParams) == before


def test_a_figure_looks_the_same_with_the_style_on_and_off(curve):
    def pixels():
        figure = plots.few_shot({"pixels": curve}).figure
        figure.canvas.draw()
        return bytes(figure.canvas.buffer_rgba())

    off = pixels()
    with mpl.rc_context():
        plots.use_style()
        assert pixels() == off


def test_each_figure_opens_one_figure(curve):
    plots.few_shot({"pixels": curve})
    plots.featurization()
    assert len(plt.get_fignums()) == 2


def test_import_does_not_load_matplotlib():
    code = "import sys; from tlcourse import plots; dir(plots); sys.exit('matplotlib' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_public_name_is_there():
    for name in plots.__all__:
        assert callable(getattr(plots, name)) or name == "ROLES"
    assert callable(plots.gallery)


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="histogram"):
        _ = plots.histogram
