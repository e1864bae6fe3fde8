"""The data sets of the course, by name."""

import builtins

from tlcourse.assets.errors import suggest
from tlcourse.datasets.decode import check_size
from tlcourse.datasets.errors import UnknownDataset
from tlcourse.datasets.images import Images, load_digits, load_fashion_mnist, load_stamps
from tlcourse.datasets.text import COLLECTIONS, Texts, load_collection

# Five folds of a class need a few pictures each; scarcer classes are for the lesson on scarcity.
_ENOUGH = 18
_IMAGES = {
    "stamps": lambda size: load_stamps(size, at_least=_ENOUGH),
    "stamps-rare": load_stamps,
    "digits": load_digits,
    "fashion-mnist": load_fashion_mnist,
}
_SIZE = 224
# 70,000 pictures of the usual size would take 10 GB.
_OTHER_SIZES = {"fashion-mnist": 28}


def load(name: str, size: int | None = None) -> Images | Texts:
    """Load one of the course's data sets, fetching it on first use.

    Parameters
    ----------
    name : str
        Pictures: ``"stamps"``, small photos and drawings, 8 classes of at least 18 pictures;
        ``"stamps-rare"``, the same with the scarce classes too; ``"digits"``, 1,797 handwritten digits of
        8 x 8 pixels, enlarged; ``"fashion-mnist"``, 70,000 grey images of clothes, the first 60,000 of which
        are the official training part and the last 10,000 the test part. Texts: ``"newsgroups"``, posts to
        20 news groups; ``"reuters-r8"`` and ``"reuters-r52"``, news by topic.
    size : int, optional
        Side of the pictures, in pixels: 28 for Fashion-MNIST, 224 for the others, unless given. Stamps are
        padded with white to a square. Texts have no use for it.

    Returns
    -------
    Images or Texts

    Raises
    ------
    UnknownDataset
        If no data set has that name.
    BadOption
        If `size` is no number of pixels, or memory has no room for all pictures of that size.

    Examples
    --------
    >>> load("stamps")  # doctest: +SKIP
    stamps: 261 pictures of 224 x 224, 8 classes (mammals 67, fruit 41, birds 38, houses 32, flowers 25, ...)
    >>> load("reuters-r8").test  # doctest: +SKIP
    reuters-r8: 2,189 texts, 8 classes (acq 696, crude 121, earn 1083, grain 10, interest 81, ...)
    """
    size = _OTHER_SIZES.get(name, _SIZE) if size is None else check_size(size)
    if name in COLLECTIONS:
        return load_collection(name)
    if name in _IMAGES:
        return _IMAGES[name](size)
    raise UnknownDataset(f"No data set is called {name!r}.{suggest(name, list())}")


def list() -> builtins.list[str]:
    """Return the names that `load` knows.

    Examples
    --------
    >>> list()
    ['digits', 'fashion-mnist', 'newsgroups', 'reuters-r52', 'reuters-r8', 'stamps', 'stamps-rare']
    """
    return sorted([*_IMAGES, *COLLECTIONS])
