"""The figure of the three benefits."""

import pytest

from tlcourse import measure, plots


def history(*accuracies):
    return {"val_accuracy": accuracies, "seconds": range(1, len(accuracies) + 1)}


LOW, HIGH = [history(0.2, 0.3, 0.4), history(0.3, 0.4, 0.5)], [history(0.6, 0.8, 0.8), history(0.6, 0.7, 0.9)]


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_curves_begin_at_chance_and_follow_the_means():
    ax = plots.benefits(measure.benefits(LOW, HIGH, chance=0.1))
    with_transfer, from_scratch = (line.get_ydata() for line in ax.lines[:2])
    assert with_transfer == pytest.approx([0.1, 0.6, 0.75, 0.85])
    assert from_scratch == pytest.approx([0.1, 0.25, 0.35, 0.45])


def test_each_benefit_is_named_with_its_interval():
    gain = measure.benefits(LOW, HIGH, chance=0.1)
    written = words(plots.benefits(gain))
    for what in ("start", "asymptote"):
        assert f"higher {what}: {getattr(gain, what)}" in written
    assert f"higher slope: {gain.slope} a pass" in written


def test_what_is_no_benefit_is_called_lower():
    written = words(plots.benefits(measure.benefits(HIGH, LOW, chance=0.1)))
    assert any(text.startswith("lower start") for text in written)


def test_other_things_are_refused():
    with pytest.raises(TypeError, match=r"measure\.benefits"):
        plots.benefits(LOW)
