"""Where bytes come from: the course's data sets and networks, fetched, verified and kept.

Every file is checked against its SHA-256 before anything can see it, whichever source it came from.
``TLCOURSE_DATA`` moves the cache and ``TLCOURSE_OFFLINE=1`` forbids the network; both are read at each call.

Examples
--------
>>> from tlcourse import assets
>>> [asset.name for asset in assets.list()][:3]
['efficientnet-lite0', 'xception', 'vgg16-hed']
>>> assets.get("digit")
Traceback (most recent call last):
tlcourse.assets.errors.UnknownAsset: No asset is called 'digit'. Did you mean 'digits'?
"""

import os
from collections.abc import Callable
from pathlib import Path

from tlcourse.assets import errors
from tlcourse.assets.carriers import Network
from tlcourse.assets.registry import Asset, Card, Registry
from tlcourse.assets.store import Reach, Report, Store

__all__ = [
    "Asset", "Card", "Reach", "Report", "cache_dir", "card", "derived", "errors", "fetch", "get", "has",
    "list", "network", "reach", "verify",
]  # fmt: skip


def cache_dir() -> Path:
    """Return the folder that holds what was fetched; it need not exist yet.

    It is ``TLCOURSE_DATA`` if that is set, else ``data/cache`` in a clone of the course, else the folder that
    the operating system sets aside for the user's caches.
    """
    if chosen := os.environ.get("TLCOURSE_DATA"):
        return Path(chosen).expanduser().absolute()
    clone = Path(__file__).parents[2]
    if (clone / "data" / "README.md").exists() and (clone / "pyproject.toml").exists():
        return clone / "data" / "cache"
    return _own_cache_dir()


def _own_cache_dir() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("tlcourse")


def network() -> Network:
    """Return how patient to be with the network, and whether ``TLCOURSE_OFFLINE`` allows it at all."""
    return Network(offline=os.environ.get("TLCOURSE_OFFLINE", "0") not in ("", "0"))


def _store() -> Store:
    return Store(Registry.packaged(), cache_dir(), network())


def list() -> list[Asset]:
    """Return every asset of the course."""
    return [*Registry.packaged()]


def get(name: str) -> Asset:
    """Return what the registry says of an asset."""
    return Registry.packaged().get(name)


def card(name: str) -> Card:
    """Return an asset's card: what it is, its licence, whom to cite.

    Examples
    --------
    >>> card("digits").version
    '1998'
    """
    return _store().card(name)


def has(name: str) -> bool:
    """Say whether an asset is in the cache, complete and untouched since it was verified."""
    return _store().has(name)


def fetch(name: str) -> Path:
    """Return the folder that holds an asset's verified files, fetching them first if need be.

    A folder that is complete and untouched since it was verified is returned at once. Progress is logged, at
    level INFO, by the logger ``tlcourse.assets``.
    """
    return _store().fetch(name)


def verify(name: str) -> Report:
    """Hash an asset's files again; the next `fetch` mends what is damaged."""
    return _store().verify(name)


def reach(name: str, timeout: float = 5.0) -> tuple[Reach, ...]:
    """Say of each source of an asset, in order, whether it can be reached now, downloading nothing.

    Each source is given `timeout` seconds, twice over where another program has to be started first.
    """
    return _store().reach(name, timeout)


def derived(kind: str, key: str, suffix: str, make: Callable[[Path], None]) -> Path:
    """Return a file that is computed, not fetched, and kept in the cache from then on.

    Where the cache is read-only and lacks the file, it is kept in the user's own cache folder instead.

    Parameters
    ----------
    kind
        A folder for files of one sort, such as "features".
    key
        What tells this file from its fellows, such as a hash of what goes into it.
    suffix
        The end of its name, such as ".npy".
    make
        Called with a path to write to, only if the file is absent or damaged, and by one process at a time.

    Examples
    --------
    >>> path = derived("demo", "greeting", ".txt", lambda path: path.write_text("hello"))  # doctest: +SKIP
    >>> path.read_text()  # doctest: +SKIP
    'hello'
    """
    try:
        return _store().derived(kind, key, suffix, make)
    except errors.ReadOnlyCache:
        return Store(Registry.packaged(), _own_cache_dir()).derived(kind, key, suffix, make)
