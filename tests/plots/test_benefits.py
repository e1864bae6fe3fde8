"""The figure of the three benefits."""

import pytest

from tlcourse import measure, plots


def history(*accuracies):
    return {"val_accuracy": accuracies, "seconds": range(1, len(accuracies) + 1)}


LOW, HIGH = [history(0.2, 0.3, 0.4), history(0.3, 0.4, 0.5)], [history(0.6, 0.8, 0.8), history(0.6, 0.7, 0.9)]


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_curves_follow_the_means_and_only_dots_lead_there_from_chance():
    ax = plots.benefits(measure.benefits(LOW, HIGH, chance=0.1))
    with_transfer, dots, from_scratch, more_dots = ax.lines[:4]
    assert with_transfer.get_ydata() == pytest.approx([0.6, 0.75, 0.85])
    assert from_scratch.get_ydata() == pytest.approx([0.25, 0.35, 0.45])
    assert all(line.get_xdata()[0] == 1 for line in (with_transfer, from_scratch))
    assert dots.get_ydata() == pytest.approx([0.1, 0.6])
    assert more_dots.get_ydata() == pytest.approx([0.1, 0.25])
    assert {dots.get_linestyle(), more_dots.get_linestyle()} == {":"}


def test_each_benefit_is_named_with_its_interval():
    gain = measure.benefits(LOW, HIGH, chance=0.1)
    written = words(plots.benefits(gain))
    for what in ("start", "asymptote"):
        assert f"higher {what}: {getattr(gain, what)}" in written
    assert f"higher slope: {gain.slope} per pass" in written


def test_what_is_no_benefit_is_called_lower():
    written = words(plots.benefits(measure.benefits(HIGH, LOW, chance=0.1)))
    assert any(text.startswith("lower start") for text in written)


def test_other_things_are_refused():
    with pytest.raises(TypeError, match=r"measure\.benefits"):
        plots.benefits(LOW)
