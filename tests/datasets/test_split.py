"""The split: fixed, stratified, and with no picture in two parts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlcourse.assets import Card
from tlcourse.datasets import BadOption, ClassTooSmall, Images, split


def pictures(contents, labels):
    """Make one-pixel pictures; those of equal content are identical."""
    contents = np.asarray(contents, np.int64)
    pixels = np.stack([contents % 256, contents // 256, contents * 0], axis=-1).astype(np.uint8)
    names = tuple(f"class {label}" for label in range(max(labels) + 1))
    paths = tuple(map(str, range(len(labels))))
    return Images(pixels[:, None, None], np.asarray(labels, np.int64), names, Card("toy", "A toy"), paths)


def members(part):
    return [int(path) for path in part.paths]


@settings(deadline=None)
@given(
    counts=st.lists(st.integers(3, 40), min_size=1, max_size=5),
    copies=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 4)), max_size=30),
    shares=st.sampled_from([(0.2, 0.2), (0.1, 0.3), (0.25, 0.25), (0.4, 0.4)]),
    seed=st.integers(0, 2**32 - 1),
    shuffle=st.randoms(use_true_random=False),
)
def test_any_data_set_is_divided_whole_fairly_and_reproducibly(counts, copies, shares, seed, shuffle):
    labels = [label for label, count in enumerate(counts) for _ in range(count)]
    different = len(labels)
    contents = list(range(different))
    for original, label in copies:  # a copy may carry another label than its original
        contents.append(original % different)
        labels.append(labels[original % different] if label >= len(counts) else label)
    order = list(range(different))
    shuffle.shuffle(order)
    order += range(different, len(contents))
    contents, labels = [contents[i] for i in order], [labels[i] for i in order]
    data = pictures(contents, labels)

    parts = split(data, seed, *shares)

    assert sorted(member for part in parts for member in members(part)) == list(range(len(data)))
    seen = [{contents[i] for i in members(part)} for part in parts]
    assert sum(map(len, seen)) == len(set.union(*seen))
    for label, count in enumerate(counts):
        for part, share in zip(parts, (1 - sum(shares), *shares), strict=True):
            got = len({contents[i] for i in members(part) if i < different and labels[i] == label})
            assert got >= 1
            assert abs(got - share * count) < 1 or got == 1
    again = split(data, seed, *shares)
    assert [members(part) for part in parts] == [members(part) for part in again]


def test_another_seed_gives_another_split():
    data = pictures(range(100), [0, 1] * 50)
    assert members(split(data, seed=0).test) != members(split(data, seed=1).test)


def test_the_split_of_a_seed_never_changes():
    """A lesson's numbers rest on this one; a change here changes them all."""
    data = pictures(range(20), [0, 1] * 10)
    assert members(split(data, seed=0).test) == [2, 3, 11, 16]


def test_parts_keep_their_labels_with_their_pictures():
    data = pictures(range(30), [0, 1, 2] * 10)
    for part in split(data):
        assert (part.images[:, 0, 0, 0] % 3 == part.labels).all()
        assert part.class_names == data.class_names


def test_a_class_with_too_few_different_pictures_is_named():
    data = pictures([0, 1, 2, 3, 4, 4, 4], [0, 0, 0, 1, 1, 1, 1])
    with pytest.raises(ClassTooSmall, match=r"Class 'class 1' has too few different pictures \(2\)"):
        split(data)


@pytest.mark.parametrize(
    ("validation", "test"), [(0, 0.2), (0.2, 0), (0.5, 0.5), (-0.1, 0.2), (float("nan"), 0.2)]
)
def test_shares_that_leave_a_part_empty_are_refused(validation, test):
    with pytest.raises(BadOption, match="together below 1"):
        split(pictures(range(9), [0] * 9), validation=validation, test=test)
