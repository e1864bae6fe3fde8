"""What five labels could have told: the draws, the rival that just tries, and what is stored."""

from types import SimpleNamespace

import numpy as np
import pytest

from tlcourse import survey
from tlcourse.assets import Card
from tlcourse.datasets import Texts
from tlcourse.survey import foresight


def test_probe_never_asks_about_what_it_learned_from():
    # Each example has an axis of its own: by heart all would be right, held out it is a matter of luck.
    y = np.repeat([0, 1], 5)
    assert foresight.probe(np.eye(10), y) <= 0.6
    assert foresight.probe(np.eye(2)[y], y) == 1


def test_probe_takes_classes_with_fewer_than_five():
    y = np.array([0, 0, 0, 0, 0, 1, 1, 1])
    assert foresight.probe(np.eye(2)[y], y) == 1


def test_draws_are_five_a_class_and_of_rarer_ones_all():
    data = SimpleNamespace(labels=np.repeat([0, 1, 2], [30, 3, 10]))
    first, second = foresight.draws(data, 2)
    assert np.bincount(data.labels[first]).tolist() == [5, 3, 5]
    assert set(first) != set(second)
    assert first.tolist() == next(iter(foresight.draws(data))).tolist()


def test_draws_of_texts_come_from_the_part_to_learn_from():
    in_train = np.tile([True, False], 20)
    data = Texts(("a",) * 40, np.repeat([0, 1], 20), ("x", "y"), Card("toy", "A toy"), in_train)
    assert all(in_train[chosen].all() for chosen in foresight.draws(data))


def test_foresee_says_for_each_draw_what_each_way_says():
    rng = np.random.default_rng(0)
    data = SimpleNamespace(labels=np.repeat([0, 1], 20))
    X = rng.normal(size=(40, 3)) + 5 * data.labels[:, None]
    said = foresight.foresee(X, data, 2)
    assert said.keys() - {"seconds"} == foresight.WAYS.keys() == said["seconds"].keys()
    chosen = next(iter(foresight.draws(data)))
    for way, estimate in foresight.WAYS.items():
        assert len(said[way]) == 2
        assert said[way][0] == pytest.approx(estimate(X[chosen], data.labels[chosen]))


def test_stored_foresight_covers_the_survey():
    known = foresight.stored()
    assert known.keys() == {(target, name) for target in survey.TARGETS for name in survey.names(target)}
    for row in known.values():
        assert all(len(row[way]) == foresight.DRAWS and np.isfinite(row[way]).all() for way in foresight.WAYS)
